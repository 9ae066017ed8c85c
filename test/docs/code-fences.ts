import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The repository's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A block of code in a document or a doc comment. */
export interface CodeFence {
  /** Where it begins, for a person: `README.md:12`. */
  readonly place: string;
  readonly code: string;
  /** Whether it is run, and what it must print. */
  readonly run?: { readonly output: string };
}

/** Every TypeScript fence of the documents and of the doc comments in `src`. */
export function codeFences(): readonly CodeFence[] {
  return [...documents(), ...sources()];
}

/** Every Markdown document, by its path from the root. */
export function markdownFiles(): readonly string[] {
  return filesOf(["*.md", "docs/**/*.md", "examples/**/*.md"]);
}

function documents(): readonly CodeFence[] {
  return markdownFiles().flatMap((file) => fencesIn(file, readFileSync(join(root, file), "utf8")));
}

function sources(): readonly CodeFence[] {
  return filesOf(["src/**/*.ts"]).flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    // Line by line, so that line numbers stay those of the file.
    return fencesIn(file, text.replace(/^[ \t]*\* ?/gm, ""));
  });
}

function filesOf(patterns: readonly string[]): readonly string[] {
  const extensions = patterns.map((pattern) => `.${pattern.split(".").at(-1)}`);
  return ts.sys
    .readDirectory(root, extensions, ["node_modules", "dist", "coverage"], patterns)
    .map((file) => relative(root, file))
    .toSorted();
}

function fencesIn(file: string, text: string): readonly CodeFence[] {
  const fences = [...text.matchAll(/^```(\S[^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    info: match[1] ?? "",
    code: match[2] ?? "",
    line: text.slice(0, match.index).split("\n").length,
  }));
  return fences.flatMap(({ info, code, line }, index) => {
    if (!info.startsWith("ts")) return [];
    const place = `${relative(root, join(root, file))}:${line}`;
    if (info !== "ts" && info !== "ts run") throw new Error(`${place}: a fence is "ts" or "ts run", not "${info}"`);
    const next = fences[index + 1];
    const output = next?.info === "text" ? next.code : "";
    return [{ place, code, ...(info === "ts run" ? { run: { output } } : {}) }];
  });
}
