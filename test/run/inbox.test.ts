import {
  allOf,
  consumeVerdict,
  inSequence,
  readRecord,
  replay,
  startRun,
  submitAnswer,
  submitCancel,
  type Gate,
  type Json,
  type RecordStore,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, gate, release } from "../helpers/gates.js";
import { eventsOf } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const inbox = `${runId}:inbox`;

const vote = z.strictObject({ by: z.string(), approve: z.boolean() });

/** A gate that waits for a vote, and accepts ada's alone. */
const signOff = (name = "sign-off") =>
  custom(name, async ({ waitFor, pass, fail }) => {
    const { by, approve } = await waitFor("vote", vote, {
      request: { question: "ship it?" },
      refuse: (given) => (given.by === "ada" ? undefined : `${given.by} may not vote`),
    });
    return approve ? pass(`approved by ${by}`, null) : fail(`rejected by ${by}`, null);
  });

const yes = { by: "ada", approve: true };
const decided = { status: "refused", reason: "the run is decided, and takes nothing more" };

async function begin(whole: Gate, store: RecordStore = memoryStore(), secrets: readonly string[] = []) {
  const clock = virtualClock();
  const run = startRun(whole, { release, clock, store, runId, secrets });
  await clock.advance(1);
  return { clock, run, store };
}

/** A store that holds the beginning of a run which nobody carries any more. */
async function abandoned(): Promise<RecordStore> {
  const { run, store } = await begin(signOff());
  const lines = await store.read(runId);
  await run[Symbol.asyncDispose]();
  const copy = memoryStore();
  await copy.append(runId, 0, lines);
  return copy;
}

const told = (run: { record(): readonly string[] }) =>
  readRecord(run.record()).filter(({ type }) => /answered|refused|cancelled/.test(type));

describe("submitAnswer", () => {
  test("gives a gate of a run in another process its answer, by path or by name", async () => {
    for (const address of ["all/sign-off", "sign-off"]) {
      const { clock, run, store } = await begin(allOf("all", [signOff(), gate("other", "pass", 5)]));
      expect(await submitAnswer(store, runId, { gate: address, value: yes })).toEqual({ status: "accepted" });
      expect((await clock.settle(run.verdict)).decision).toBe("promote");
      const [stored] = (await store.read(inbox)).map((line) => JSON.parse(line) as { readonly id: string });
      expect(stored).toMatchObject({ v: 1, type: "answer", gate: address, value: yes });
      expect(told(run)).toMatchObject([{ type: "gate:answered", gate: "all/sign-off", messageId: stored?.id }]);
      expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
    }
  });

  test("says why the gate refused it, and the gate goes on waiting", async () => {
    const { clock, run, store } = await begin(signOff());
    const eve = { by: "eve", approve: true };
    expect(await submitAnswer(store, runId, { gate: "sign-off", value: eve })).toEqual({
      status: "refused",
      reason: "eve may not vote",
    });
    expect(await submitAnswer(store, runId, { gate: "sign-off", value: yes })).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(told(run).map(({ type }) => type)).toEqual(["gate:refused", "gate:answered"]);
  });

  test.each<[string, string, string, string]>([
    ["does not ask yet", "later", "steps/later", 'the gate does not ask yet; waiting: "steps/first"'],
    ["is not there", "lather", "lather", 'Gate "lather" takes no answer; waiting: "steps/first".'],
    ["is none of a kind that asks", "steps", "steps", 'the gate does not ask yet; waiting: "steps/first"'],
  ])("is refused where the gate %s, and the record says so", async (_, address, path, reason) => {
    const { run, store } = await begin(inSequence("steps", [signOff("first"), signOff("later")]));
    const receipt = await submitAnswer(store, runId, { gate: address, value: yes });
    expect(receipt).toEqual({ status: "refused", reason });
    expect(told(run)).toMatchObject([{ type: "answer:refused", gate: path, reason, messageId: expect.any(String) }]);
    await run[Symbol.asyncDispose]();
  });

  test("is refused for a run that is decided, and nothing is stored", async () => {
    const { clock, run, store } = await begin(gate("a", "pass"));
    await clock.settle(run.verdict);
    expect(await submitAnswer(store, runId, { gate: "a", value: yes })).toEqual(decided);
    expect(await store.read(inbox)).toEqual([]);
  });

  test("is refused for a run that is decided, however often somebody has tried to ship with its verdict", async () => {
    const { clock, run, store } = await begin(gate("a", "pass"));
    await clock.settle(run.verdict);
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(consumeVerdict(store, runId, { digest: "sha256:1" })).rejects.toMatchObject({
        code: "VERDICT_NOT_CONSUMABLE",
      });
    }
    expect(await submitAnswer(store, runId, { gate: "a", value: yes }, { timeout: 1 })).toEqual(decided);
    expect(await store.read(inbox)).toEqual([]);
  });

  test("is refused where the run is decided before it takes the answer", async () => {
    const store = await abandoned();
    const receipt = submitAnswer(store, runId, { gate: "sign-off", value: yes });
    await store.append(runId, (await store.read(runId)).length, ['{"type":"run:decided"}']);
    expect(await receipt).toEqual(decided);
  });

  test("is refused for a run that the store does not hold, and nothing is stored for a run to come", async () => {
    const store = memoryStore();
    await expect(submitAnswer(store, runId, { gate: "a", value: yes })).rejects.toMatchObject({
      code: "RUN_UNKNOWN",
      message: 'The store holds no run "run 1".',
      details: { runId },
    });
    expect(await store.read(inbox)).toEqual([]);
  });

  test("that nobody takes is kept, and whoever waits for it is told so", async () => {
    const store = await abandoned();
    const answer = submitAnswer(store, runId, { gate: "sign-off", value: yes }, { timeout: 1 });
    await expect(answer).rejects.toMatchObject({
      code: "MESSAGE_PENDING",
      message:
        'The message to run "run 1" is stored, and no process has taken it yet; the run takes it when it goes on. Waited 1 ms.',
      details: { runId, isStored: true },
    });
    expect(await store.read(inbox)).toHaveLength(1);
  });

  test("says that it may not be stored where the store does not answer", async () => {
    const store = { ...(await abandoned()), append: () => new Promise<void>(() => {}) };
    const answer = submitAnswer(store, runId, { gate: "sign-off", value: yes }, { timeout: 1 });
    await expect(answer).rejects.toMatchObject({ code: "MESSAGE_PENDING", details: { isStored: false } });
  });

  test("is waited for until a signal aborts", async () => {
    const store = await abandoned();
    const { signal, abort } = stopper();
    const answer = submitAnswer(store, runId, { gate: "sign-off", value: yes }, { signal });
    abort();
    await expect(answer).rejects.toThrow("closed the browser");
    const again = submitAnswer(store, runId, { gate: "sign-off", value: yes }, { signal });
    await expect(again).rejects.toThrow("closed the browser");
  });

  test("by many at once gives each a true receipt", async () => {
    const many = custom("many", async ({ waitFor, pass }) => {
      const seen: number[] = [];
      const word = z.int().refine((n) => n % 2 === 0, { error: "odd" });
      while (seen.length < 10) seen.push(await waitFor(`${seen.length}`, word));
      return pass(`${seen.length}`, seen);
    });
    const { clock, run, store } = await begin(many);
    const receipts = await Promise.all(
      Array.from({ length: 20 }, (_, value) => submitAnswer(store, runId, { gate: "many", value })),
    );
    expect(receipts.map(({ status }) => status)).toEqual(
      receipts.map((_, index) => (index % 2 === 0 ? "accepted" : "refused")),
    );
    const [finding] = (await clock.settle(run.verdict)).findings;
    expect(new Set(finding?.evidence as number[])).toEqual(new Set([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]));
  });

  test("keeps secrets out of the inbox and out of the record", async () => {
    const note = custom("note", async ({ waitFor, pass }) =>
      pass("", await waitFor("note", z.record(z.string(), z.string()))),
    );
    const { clock, run, store } = await begin(note, memoryStore(), ["given-secret"]);
    const value = { password: "hunter2", url: "https://ada:hunter2@x.example/?token=hunter2", plain: "given-secret" };
    await submitAnswer(store, runId, { gate: "note", value });
    await clock.settle(run.verdict);
    expect((await store.read(inbox)).join("")).not.toContain("hunter2");
    expect(run.record().join("")).toContain("gate:answered");
    expect(run.record().join("")).not.toMatch(/hunter2|given-secret/);
  });

  test("that is too large is refused, and not stored", async () => {
    const { run, store } = await begin(signOff());
    expect(await submitAnswer(store, runId, { gate: "sign-off", value: "x".repeat(262_143) })).toEqual({
      status: "refused",
      reason: "expected an answer of at most 262144 bytes, got 262145",
    });
    expect(await store.read(inbox)).toEqual([]);
    await run[Symbol.asyncDispose]();
  });

  test("whose message is too large for what is around it is refused, and not stored", async () => {
    const { run, store } = await begin(signOff());
    const large = { gate: "\u0001".repeat(2_000), value: "x".repeat(262_000) };
    expect(await submitAnswer(store, runId, large)).toEqual({
      status: "refused",
      reason: expect.stringMatching(/^expected a message of at most 270336 bytes, got 274\d{3}$/),
    });
    expect(await store.read(inbox)).toEqual([]);
    await run[Symbol.asyncDispose]();
  });

  test.each<[string, unknown, object | undefined, string]>([
    ["a value that is no JSON", { gate: "a", value: 1n }, {}, 'Gate "a" cannot be given this answer, which is no JSON'],
    ["no gate", { value: 1 }, {}, "gate: "],
    ["a typo", { gate: "a", value: 1, valeu: 2 }, {}, "valeu"],
    ["a timeout that is no time", { gate: "a", value: 1 }, { timeout: 0 }, "timeout: expected a duration above 0"],
  ])("refuses %s before it asks the store", async (_, answer, options, why) => {
    await expect(submitAnswer(memoryStore(), runId, answer as never, options)).rejects.toThrow(why);
  });
});

describe("submitCancel", () => {
  test("cancels a run in another process, which holds", async () => {
    const { clock, run, store } = await begin(signOff());
    expect(await submitCancel(store, runId, { reason: "superseded", by: "ada" })).toEqual({ status: "accepted" });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.reason]).toEqual(["hold", "the run was cancelled: superseded"]);
    expect(told(run)).toMatchObject([{ type: "run:cancelled", reason: "superseded", by: "ada" }]);
  });

  test("is refused where somebody else cancelled first", async () => {
    const { run, store } = await begin(signOff());
    const second = submitCancel(store, runId, { reason: "second" });
    run.cancel("first");
    expect(await second).toEqual(decided);
  });

  test("refuses a cancel without a reason", async () => {
    await expect(submitCancel(memoryStore(), runId, { reason: "" })).rejects.toMatchObject({
      code: "RUN_INPUT_INVALID",
    });
  });
});

describe("a run with a store", () => {
  test("shows whoever follows its record what it asks, while it waits", async () => {
    const { run, store } = await begin(signOff());
    expect((await store.read(runId)).at(-1)).toContain('"request":{"question":"ship it?"}');
    await run[Symbol.asyncDispose]();
  });

  test("whose store is away for a moment stores what it asks when it is back", async () => {
    const store = memoryStore();
    let fails = 1;
    const { run } = await begin(signOff(), {
      ...store,
      append: async (...all) => {
        if (fails-- > 0) throw new Error("away");
        await store.append(...all);
      },
    });
    await new Promise<void>((resolve) => {
      store.subscribe(runId, 0, (lines) => lines.some((line) => line.includes("gate:waiting")) && resolve());
    });
    await run[Symbol.asyncDispose]();
    expect((await run.verdict).reason).toContain("disposed of");
  });

  test("that somebody else writes too holds at once, though nobody needs it to be stored", async () => {
    const { clock, run, store } = await begin(allOf("all", [signOff(), gate("slow", "pass", 50)]));
    await store.append(runId, (await store.read(runId)).length, ["mine"]);
    await clock.advance(50);
    const verdict = await run.verdict;
    expect([verdict.decision, verdict.reason]).toEqual([
      "hold",
      expect.stringContaining("somebody else writes it too"),
    ]);
  });

  test.each<[string, string, string]>([
    ["no JSON", "hello", "it is no JSON"],
    ["no object", "[1]", "it is no JSON object"],
    ["nothing", "null", "it is no JSON object"],
    ["of another version", message({ v: 2 }), "expected a message of schema 1"],
    [
      "of a type to come",
      message({ type: "waltz" }),
      "expected a message of type answer, cancel, waive, uphold, bypass",
    ],
    ["without a value", message({ value: undefined }), "value: expected a value"],
    ["without an id", message({ id: undefined }), "id: "],
    ["with a field too many", message({ force: true }), "force"],
    ["without a gate", message({ gate: "" }), "gate: "],
    ["deep", deep(101), "expected an answer nested at most 100 levels deep"],
    ["as deep as there is room", deep(100_000), "expected an answer nested at most 100 levels deep"],
  ])("refuses a line of its inbox that is %s, records that, and goes on", async (_, line, why) => {
    const { clock, run, store } = await begin(signOff());
    await store.append(inbox, 0, [line]);
    expect(await submitAnswer(store, runId, { gate: "sign-off", value: yes })).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    const [refused, answered] = told(run);
    expect(refused?.type).toMatch(/^(?:inbox|answer):refused$/);
    expect((refused as { readonly reason: string }).reason).toContain(why);
    expect(answered?.type).toBe("gate:answered");
  });

  test("takes a message once, however often it is written", async () => {
    const word = custom("word", async ({ waitFor, pass }) => {
      const words = [await waitFor("first", z.string()), await waitFor("second", z.string())];
      return pass(words.join(" "), null);
    });
    const { clock, run, store } = await begin(word);
    const [one, two] = [message({ gate: "word", value: "a" }), message({ gate: "word", value: "b", id: "other" })];
    await store.append(inbox, 0, [one, one, two]);
    expect((await clock.settle(run.verdict)).findings[0]?.reason).toBe("a b");
  });

  test("survives a flood of messages, and takes no more of them than it can bear", async () => {
    const { clock, run, store } = await begin(signOff());
    const flood = Array.from({ length: 10_500 }, (_, id) => message({ gate: "nobody", value: null, id: `${id}` }));
    await store.append(inbox, 0, flood);
    const refused = told(run);
    expect(refused).toHaveLength(10_001);
    expect(refused.at(-1)).toMatchObject({
      type: "inbox:refused",
      line: 10_001,
      reason: expect.stringContaining("10000"),
    });
    expect(await submitAnswer(store, runId, { gate: "sign-off", value: yes })).toEqual({
      status: "refused",
      reason: "the inbox of the run holds 10000 messages, and takes no more but a cancel",
    });
    expect(await run.answer("sign-off", yes)).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("refuses what is too long where it was written past the store, and takes what comes after it", async () => {
    const { clock, run, store } = await begin(signOff(), pastTheStore(message({ value: "x".repeat(280_000) })));
    expect(await submitAnswer(store, runId, { gate: "sign-off", value: yes })).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(told(run)).toMatchObject([
      { type: "inbox:refused", line: 1, reason: "expected a message of at most 270336 bytes, got 280094" },
      { type: "gate:answered" },
    ]);
  });

  test("takes no more of its inbox than it can hold, and tells whoever wrote more", async () => {
    const { run, store } = await begin(signOff());
    const flood = Array.from({ length: 70 }, (_, id) => message({ value: "x".repeat(262_000), id: `${id}` }));
    await store.append(inbox, 0, flood);
    const refused = told(run).filter(({ type }) => type === "inbox:refused");
    expect(refused).toHaveLength(6);
    expect(refused[0]).toMatchObject({
      line: 65,
      messageId: "64",
      reason: expect.stringMatching(/^the run has taken messages of \d+ bytes, and takes 16777216$/),
    });
    // What is small still finds room.
    expect(await submitAnswer(store, runId, { gate: "sign-off", value: { by: "eve", approve: true } })).toEqual({
      status: "refused",
      reason: "eve may not vote",
    });
    await run[Symbol.asyncDispose]();
  });

  test.each<[string, readonly string[]]>([
    ["many messages", Array.from({ length: 10_500 }, (_, id) => message({ gate: "nobody", id: `${id}` }))],
    ["large messages", Array.from({ length: 70 }, (_, id) => message({ value: "x".repeat(262_000), id: `${id}` }))],
    ["nothing that is a message", Array.from({ length: 10_500 }, () => "x".repeat(100))],
  ])("is cancelled though somebody has filled its inbox with %s", async (_, flood) => {
    const { clock, run, store } = await begin(signOff());
    await store.append(inbox, 0, flood);
    expect(await submitCancel(store, runId, { reason: "enough", by: "ada" })).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).reason).toContain("the run was cancelled: enough");
    expect(told(run).length).toBeLessThanOrEqual(10_002);
  });

  test("reads its inbox until its verdict, and no longer", async () => {
    const store = memoryStore();
    let open = 0;
    const counting: RecordStore = {
      ...store,
      subscribe: (...all) => {
        const end = store.subscribe(...all);
        open += 1;
        return () => (end(), (open -= 1), undefined);
      },
    };
    const { clock, run } = await begin(gate("a", "pass", 5), counting);
    expect(open).toBe(1);
    await clock.settle(run.verdict);
    expect(open).toBe(0);
    await store.append(inbox, 0, [message({})]);
    expect(eventsOf(run).at(-1)?.type).toBe("run:decided");
  });

  test("records what run.answer refuses", async () => {
    const { run } = await begin(allOf("all", [gate("slow", "pass", 50), signOff()]));
    await run.answer("slow", { by: "eve" });
    await run.answer("nobody", 1).catch(() => {});
    await run.answer("sign-off", 1n).catch(() => {});
    expect(told(run)).toMatchObject([
      {
        type: "answer:refused",
        gate: "all/slow",
        answer: { by: "eve" },
        reason: expect.stringContaining("not ask yet"),
      },
      { type: "answer:refused", gate: "nobody", reason: expect.stringContaining("takes no answer") },
      { type: "answer:refused", gate: "sign-off", reason: expect.stringContaining("no JSON") },
    ]);
    await run[Symbol.asyncDispose]();
  });

  test("refuses the id of an inbox", () => {
    expect(() => startRun(gate("a", "pass"), { release, runId: inbox })).toThrow('does not end in ":inbox"');
  });

  test.each([".", ".."])("refuses the id %j, which no URL can hold", (id) => {
    expect(() => startRun(gate("a", "pass"), { release, runId: id })).toThrow('expected an id that is not "." or ".."');
  });
});

/** A line of an inbox, as somebody may write it. */
function message(fields: Readonly<Record<string, unknown>>): string {
  const usual = {
    v: 1,
    id: "m1",
    at: "2030-01-01T00:00:00.000Z",
    type: "answer",
    gate: "sign-off",
    value: yes as Json,
  };
  return JSON.stringify({ ...usual, ...fields });
}

/** A store of which the inbox begins with a line that the store itself would not take. */
function pastTheStore(line: string): RecordStore {
  const store = memoryStore();
  return {
    ...store,
    subscribe: (key, after, listener) => {
      if (key === inbox) listener([line], [0]);
      return store.subscribe(key, Math.max(0, after - 1), listener);
    },
  };
}

function deep(levels: number): string {
  return message({ value: 0 }).replace('"value":0', `"value":${"[".repeat(levels)}${"]".repeat(levels)}`);
}

function stopper() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error("closed the browser")) };
}
