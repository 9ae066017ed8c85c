import type { Json } from "../../gate/json.js";

const token = /[{},]|"[^"\\]*(?:\\.[^"\\]*)*"|[^{},"]+/gs;

/** Reads an array as PostgreSQL writes it, `{1,NULL,"a b"}`. One whose indexes do not begin at 1 stays its text. */
export function parsePostgresArray(text: string, readElement: (text: string) => Json): Json {
  if (!text.startsWith("{")) return text;
  const whole: Json[] = [];
  const open: Json[][] = [whole];
  for (const [part] of text.matchAll(token)) {
    if (part === "{") {
      const inner: Json[] = [];
      open.at(-1)?.push(inner);
      open.push(inner);
    } else if (part === "}") {
      open.pop();
    } else if (part !== ",") {
      open.at(-1)?.push(part === "NULL" ? null : readElement(unquote(part)));
    }
  }
  return whole[0] ?? text;
}

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replace(/\\(.)/gs, "$1") : part;
}
