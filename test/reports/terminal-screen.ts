import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";

interface ScreenOptions {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly colours?: boolean;
}

/** A stream that looks like a terminal, and knows what would stand on its screen. */
export function terminalScreen({ isTTY = true, columns = 100, rows = 24, colours = false }: ScreenOptions = {}) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns, rows, hasColors: () => colours });
  let raw = "";
  const take = () => {
    for (let chunk: unknown = stream.read(); chunk !== null; chunk = stream.read()) raw += (chunk as Buffer).toString();
    return raw;
  };
  return {
    stream,
    /** All that was written, as it came. */
    raw: take,
    /** What stands on the screen. */
    screen: () => screenOf(take()),
  };
}

// What log-update writes: erase a line, or its rest; cursor up, down, to the left; hold the screen while that goes on.
// eslint-disable-next-line no-control-regex
const token = /\u001B\[(\d*)([ABGK])|\u001B\[\?2026[hl]|\n|[^\n\u001B]+/g;

// eslint-disable-next-line no-control-regex
const colour = /\u001B\[[\d;]*m/g;

function screenOf(raw: string): string {
  const lines: string[] = [""];
  let [row, column] = [0, 0];
  const text = raw.replace(colour, "");
  const known = [...text.matchAll(token)];
  if (known.map(([all]) => all).join("") !== text) throw new Error("The terminal was told something unknown.");
  for (const [all, count, command] of known) {
    const by = Number(count || 1);
    if (command === "A") row -= by;
    else if (command === "B") row += by;
    else if (command === "G") column = by - 1;
    else if (command === "K") lines[row] = count === "2" ? "" : (lines[row] ?? "").slice(0, column);
    else if (all === "\n") [row, column] = [row + 1, 0];
    else if (!all.startsWith("\u001B")) {
      const line = (lines[row] ?? "").padEnd(column);
      lines[row] = line.slice(0, column) + all + line.slice(column + all.length);
      column += all.length;
    }
    lines[row] ??= "";
  }
  return stripVTControlCharacters(lines.join("\n"));
}
