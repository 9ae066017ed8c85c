import { createHash } from "node:crypto";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Writes the chain anew over the lines of a record, as a forger would. */
export function forge(lines: readonly string[]): readonly string[] {
  const events = lines.map((line) => JSON.parse(line) as { readonly runId: string });
  let prev = sha256(events[0]?.runId ?? "");
  return events.map((event, index) => {
    const line = JSON.stringify({ ...event, seq: index + 1, prev });
    prev = sha256(line);
    return line;
  });
}
