import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore } from "release-gates/stores";
import { afterAll, expect, test } from "vitest";
import { buildStoreProgram, type Step } from "./store-process.js";
import { describeWithStrace, withFault } from "./system-faults.js";

const root = mkdtempSync(join(tmpdir(), "release-gates-crash-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const batches = [["a", "b"], ["c"]] as const;
const message = ["a message"];
const steps: readonly Step[] = [
  { append: ["run", 0, batches[0]] },
  { append: ["run:inbox", 0, message] },
  { append: ["run", 2, batches[1]] },
];
// What changes the folder, or makes a change last. Between two of these nothing happens that anybody else could see.
const calls = ["mkdir", "fsync", "link", "unlink"];

describeWithStrace("a writer of files", () => {
  const start = buildStoreProgram();

  /** Kills a writer as it makes one of its calls; says how many of its appends it was promised. */
  async function killedAt(call: string, nth: number) {
    const folder = mkdtempSync(join(root, "store-"));
    await using writer = await start(folder, steps, withFault(`${call}:signal=KILL:when=${nth}`));
    const promised = (await writer.rest()).filter(({ did }) => did === "stored").length;
    return { folder, promised };
  }

  test.each(calls)("that is killed at any %s leaves what it was promised, whole, and nothing else", async (call) => {
    let promised = 0;
    for (let nth = 1; promised < 3; nth += 1) {
      const killed = await killedAt(call, nth);
      promised = killed.promised;
      const store = fileStore({ folder: killed.folder });
      const [run, inbox] = [await store.read("run"), await store.read("run:inbox")];
      // In its order, as it is one writer: the first batch, the message, the second batch.
      const whole = [[], batches[0], [...batches[0], ...message], [...batches[0], ...message, ...batches[1]]];
      const stored = [...run.slice(0, 2), ...inbox, ...run.slice(2)];
      expect(whole.slice(promised, promised + 2), `killed at ${call} ${nth}`).toContainEqual(stored);
      expect(await store.runs()).toEqual(run.length > 0 ? ["run"] : []);
      await store.append("run", run.length, ["goes on"]);
      await store.append("run:inbox", inbox.length, ["goes on"]);
      expect(await fileStore({ folder: killed.folder }).read("run")).toEqual([...run, "goes on"]);
      rmSync(killed.folder, { recursive: true });
      expect(nth).toBeLessThan(50);
    }
  });
});
