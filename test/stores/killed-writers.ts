import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RecordStore } from "release-gates";
import { expect } from "vitest";

/** A process that appends to the record "run" of the store at a place until it has so many lines, or is killed. */
export function startWriter(place: string, who: string, size: number) {
  const program = fileURLToPath(new URL("store-writer.ts", import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", program, place, who, String(size)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Kills one writer after the other at some moment of its writing: what was promised is there, whole, and nothing else is. */
export async function killedWriters(place: string, store: RecordStore): Promise<void> {
  const promised: number[] = [];
  for (let kills = 0; kills < 3; kills++) {
    const writer = startWriter(place, `writer ${kills}`, 1_000_000);
    let told = "";
    writer.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      told += chunk;
      // Killed at some place of a write, which is another one each time.
      if (told.split(" ").length > 3 + kills * 2) writer.kill("SIGKILL");
    });
    await once(writer, "close");
    promised.push(...told.replace("ready\n", "").split(" ").slice(0, -1).map(Number));
    const lines = await store.read("run");
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(lines.map((_, index) => index + 1));
    expect(lines.length).toBeGreaterThan(promised.at(-1) ?? 0);
    // Of each batch either all lines are there or none, each of one writer.
    for (const start of promised) {
      const batch = lines.slice(start, start + 1 + (start % 3)).map((line) => line.split(" by ")[1]);
      expect([start, batch.length, new Set(batch).size]).toEqual([start, 1 + (start % 3), 1]);
    }
  }
}
