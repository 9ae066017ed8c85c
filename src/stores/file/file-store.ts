import { resolve } from "node:path";
import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { parsePublicConfig } from "../../gate/gate-config.js";
import type { RecordStore } from "../../run/record/record-store.js";
import { LineFollower } from "../line-follower.js";
import { isInboxKey } from "../../run/inbox/inbox-key.js";
import { assertLines } from "../assert-lines.js";
import { readBytes, type LinePage } from "../line-page.js";
import { pollSchema } from "../poll-schema.js";
import { pageOf } from "../runs-page.js";
import { storeConflict } from "../store-conflict.js";
import { BatchChain } from "./batch-chain.js";
import { RunIndex } from "./run-index.js";
import { ChangeMark } from "./change-mark.js";
import { fileFault } from "./file-fault.js";
import { fileLimit } from "./file-limit.js";
import { makeFolder } from "./make-folder.js";
import { RecentLengths } from "./recent-lengths.js";
import { runFolder } from "./run-folder.js";
import { watchFolder } from "./watch-folder.js";

/** Where a file store keeps its records. */
export interface FileStoreOptions {
  /** The folder in which each run gets one of its own. Made where it is not there. On a local file system, with hard links. */
  readonly folder: string;
  /** How often a subscriber looks by itself, where the system tells it nothing; at most a day. @default "1s" */
  readonly poll?: Duration;
}

const optionsSchema = z.strictObject({
  folder: z.string().min(1, { error: "expected the path of a folder" }),
  poll: pollSchema.prefault("1s"),
});

/**
 * Keeps records in files: a folder a run, a file for each batch of lines, written once and never changed.
 *
 * Several processes of one machine may use a folder at once: of two who append to one record, one wins, and the other gets a
 * `GateError` with code `STORE_CONFLICT`. When `append` has resolved, the lines are on the disk (`fsync`); a process that is killed
 * leaves a whole batch or none, and at most a file named `draft-…`, which nobody reads. The lines of a run, in order:
 * `cat run-…/0*.jsonl`.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` where an option is wrong. What the file system refuses rejects `append` and
 * `read`.
 *
 * @example
 * ```ts
 * import { healthProbe, readRecord, runGates } from "release-gates";
 * import { fileStore } from "release-gates/stores";
 *
 * const store = fileStore({ folder: "./records" });
 * const { runId } = await runGates(healthProbe("api", { http: "https://api.example/healthz" }), {
 *   release: { name: "orders", version: "2.4.0", environment: "production" },
 *   store,
 * });
 * console.log(readRecord(await store.read(runId)).length);
 * ```
 */
export function fileStore(options: FileStoreOptions): RecordStore {
  const parsed = parsePublicConfig("file-store", "", optionsSchema, options, "options");
  const folder = resolve(parsed.folder);
  const chainOf = (runId: string) => new BatchChain(runFolder(folder, runId));
  const lengths = new RecentLengths();
  // After how many lines the last batch begins that was read.
  const begins = new RecentLengths();
  const index = new RunIndex(folder);
  const mark = new ChangeMark(folder, parsed.poll);

  // Records only grow: what was there is there, and only what follows is looked for.
  async function lengthOf(runId: string, known: number): Promise<number> {
    return known + (await chainOf(runId).readFrom(known)).length;
  }

  async function append(runId: string, expectedLines: number, lines: readonly string[]): Promise<void> {
    const known = lengths.of(runId);
    const actual = known === expectedLines ? known : await lengthOf(runId, known);
    if (actual !== expectedLines) throw storeConflict(runId, expectedLines, await lengthOf(runId, actual));
    if (lines.length > 0) {
      await begin(runId, expectedLines);
      if (await chainOf(runId).write(expectedLines, lines)) {
        lengths.note(runId, expectedLines + lines.length);
        return mark.set();
      }
    }
    // Somebody else's lines are looked for where there is nothing to write, too.
    const length = await lengthOf(runId, expectedLines);
    if (lines.length > 0 || length !== expectedLines) throw storeConflict(runId, expectedLines, length);
  }

  // What is appended to must be there still: a record without its beginning is evidence of nothing.
  async function begin(runId: string, expectedLines: number): Promise<void> {
    const place = runFolder(folder, runId);
    if (expectedLines > 0) {
      if (await chainOf(runId).hasBegun()) return;
      throw new Error(`the first lines of run "${runId}" are gone: somebody has removed "${place}"`);
    }
    await makeFolder(place);
    if (!isInboxKey(runId)) await index.note(runId);
  }

  /** Reads on from where the batch begins that holds the next line; says where the one after begins. */
  function pages(runId: string): (afterLine: number) => Promise<LinePage> {
    const chain = chainOf(runId);
    const maxLineBytes = readBytes(runId);
    let start = 0;
    return async (after) => {
      const page = await chain.page({ begin: start, after, maxLineBytes });
      start = page.begin;
      return page;
    };
  }

  /** Reads from the last batch on that was there before, as an inbox is read again and again. */
  async function pageAfter(runId: string, afterLine: number): Promise<LinePage> {
    const known = begins.of(runId);
    const start = known <= afterLine ? known : 0;
    const wanted = { after: afterLine, maxLineBytes: readBytes(runId) };
    let page = await chainOf(runId).page({ begin: start, ...wanted });
    // Where that batch is gone, so is the record: there may be another one.
    if (start > 0 && page.begin === start && page.lines.length === 0) {
      page = await chainOf(runId).page({ begin: 0, ...wanted });
    }
    begins.note(runId, page.found);
    return page;
  }

  /** Does it as soon as there is room, and names the folder where it fails. */
  async function onFiles<Result>(verb: "read" | "written", work: () => Promise<Result>): Promise<Result> {
    try {
      return await fileLimit(work);
    } catch (error) {
      throw fileFault(folder, verb, error);
    }
  }

  return {
    async append(runId, expectedLines, lines) {
      assertLines(runId, lines);
      await onFiles("written", () => append(runId, expectedLines, lines));
    },

    read: (runId, afterLine = 0) => onFiles("read", async () => (await chainOf(runId).readFrom(0)).slice(afterLine)),

    readStored: (runId, afterLine) => onFiles("read", async () => (await pageAfter(runId, afterLine)).lines),

    subscribe(runId, afterLine, listener) {
      const next = pages(runId);
      const read = (after: number) => onFiles("read", () => next(after));
      const follower = new LineFollower({ afterLine, listener, read, retryMs: parsed.poll });
      const wake = () => follower.wake();
      const ends = [watchFolder(runFolder(folder, runId), wake), mark.onChange(wake)];
      follower.wake();
      return () => {
        follower.end();
        for (const end of ends) end();
      };
    },

    async runs(page) {
      try {
        return pageOf(await index.newestFirst(), page);
      } catch (error) {
        throw fileFault(folder, "read", error);
      }
    },
  };
}
