import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { codeFences, markdownFiles, root, type CodeFence } from "./code-fences.js";

const fences = codeFences();

// Inside the repository, so that packages resolve; ignored by git as everything below dist is.
const folder = join(root, "dist", "code-fences");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("every block of code in the documents and doc comments", () => {
  test("there are some, in both", () => {
    expect(fences.filter(({ place }) => place.startsWith("docs/")).length).toBeGreaterThan(10);
    expect(fences.filter(({ place }) => place.startsWith("src/")).length).toBeGreaterThan(10);
  });

  test("compiles, and would not if it were wrong", () => {
    const wrong = {
      place: "nowhere:1",
      code: 'import { allOf } from "release-gates";\nexport const x: number = allOf;\n',
    };
    expect(faultsOf([...fences, wrong])).toEqual([expect.stringContaining("nowhere:1")]);
  });
});

describe("every block of code that says it runs", () => {
  const runnable = fences.filter(({ run }) => run);

  test.each(runnable)("$place prints what the document says", ({ code, run }) => {
    const file = write({ place: "", code }, "run");
    const output = execFileSync(process.execPath, ["--import", "tsx", file], { cwd: root, encoding: "utf8" });
    expect(output).toBe(run?.output);
  });
});

describe("every link between the documents", () => {
  test("leads to a file that is there", () => {
    const broken = markdownFiles().flatMap((file) =>
      linksIn(readFileSync(join(root, file), "utf8"))
        .filter((link) => !existsSync(join(root, dirname(file), link)))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

/** What the compiler says of the fences, by their place. */
function faultsOf(given: readonly CodeFence[]): readonly string[] {
  const files = new Map(given.map((fence, index) => [write(fence, String(index)), fence]));
  const config = ts.parseConfigFileTextToJson("tsconfig.json", readFileSync(join(root, "tsconfig.json"), "utf8"));
  const { options } = ts.convertCompilerOptionsFromJson(
    // Examples show a value without using it.
    { ...config.config.compilerOptions, noUnusedLocals: false },
    root,
  );
  const program = ts.createProgram([...files.keys()], { ...options, configFilePath: join(root, "tsconfig.json") });
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const fence = file && files.get(file.fileName);
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    return `${fence?.place ?? file?.fileName} +${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

function write({ code }: CodeFence, name: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.ts`);
  // Each is a module of its own.
  writeFileSync(file, `${code}\nexport {};\n`);
  return file;
}

function linksIn(text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? "");
  return links.filter((link) => !/^[a-z]+:/.test(link));
}
