import { allOf, readRecord, replay, verifyRecord } from "release-gates";
import { beforeAll, describe, expect, test } from "vitest";
import { forge } from "../helpers/forge.js";
import { custom, gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";

// Both are «Å»: one character, or a letter and its ring.
const composed = "\u00C5ngstr\u00F6m";
const decomposed = composed.normalize("NFD");

const whole = () =>
  allOf("all", [
    custom("asks", async ({ step, pass }) => {
      const depth = await step("depth", () => ({ depth: 7, ratio: 0.5, unit: composed }));
      return pass("fine", depth);
    }),
    gate("good", "pass", 5),
  ]);

let record: readonly string[] = [];
let head = { lines: 0, head: "" };
let at = 0;
beforeAll(async () => {
  const { run, verdict } = await judge(whole());
  record = run.record();
  head = verdict.record;
  at = record.findIndex((line) => line.includes('"step:recorded"'));
});

type Edit = (lines: readonly string[]) => readonly string[];

/** Edits the line of the step alone, as whoever has the file open does. */
const line =
  (edit: (text: string) => string): Edit =>
  (lines) =>
    lines.with(at, edit(lines[at] ?? ""));
const field = (from: string, to: string) => line((text) => text.replace(from, to));
const event = (text: string) => JSON.parse(text) as Record<string, unknown>;
const deep = `${"[".repeat(50_000)}1${"]".repeat(50_000)}`;

/** What leaves the text of a line that says the same, or something else that looks the same. */
const sameToTheEye: readonly (readonly [string, Edit])[] = [
  ["a number written in another way", field('"depth":7', '"depth":7.0')],
  ["a number with an exponent", field('"ratio":0.5', '"ratio":5e-1')],
  ["a space between two fields", field(',"type"', ', "type"')],
  [
    "its fields in another order",
    line((text) => JSON.stringify(Object.fromEntries(Object.entries(event(text)).toReversed()))),
  ],
  ["a field twice, the same", field('"depth":7', '"depth":7,"depth":7')],
  ["a field twice, the last of which is believed", field('"depth":7', '"depth":9,"depth":7')],
  ["a character written as an escape", field("\u00C5", "\\u00c5")],
  ["a text in another normal form of Unicode", line((text) => text.normalize("NFD"))],
  ["the end of a line of Windows", line((text) => `${text}\r`)],
  ["the end of a line of Unix", line((text) => `${text}\n`)],
  ["a byte order mark", line((text) => `\uFEFF${text}`)],
  ["spaces around it", line((text) => ` ${text} `)],
  ["a field that nobody reads", field('"tries":1', '"tries":1,"more":1')],
  ["a prototype that says who it is", field('"tries":1', '"tries":1,"__proto__":{"ok":false}')],
  ["a constructor", field('"tries":1', '"tries":1,"constructor":{"prototype":{}}')],
  ["a value nested deeper than anything can read", field('"depth":7', `"depth":${deep}`)],
  ["a letter that looks the same", (lines) => lines.map((text) => text.replace("fine", "f\u0456ne"))],
];

describe("a record whose line was changed so that it looks the same", () => {
  test.each(sameToTheEye)("is found out: %s", async (_, edit) => {
    const lines = edit(record);
    expect(lines).not.toEqual(record);
    expect(verifyRecord(lines)).toMatchObject({ ok: false });
    await expect(replay(lines)).rejects.toMatchObject({ code: "RECORD_INVALID" });
  });

  test("is found out at its last line against a head alone, as nothing follows that", () => {
    for (const edit of [(text: string) => `${text} `, (text: string) => text.replace('"v":1', '"v":1.0')]) {
      const lines = record.toSpliced(-1, 1, edit(record.at(-1) ?? ""));
      expect(verifyRecord(lines, { head })).toMatchObject({ ok: false, line: record.length });
      expect(verifyRecord(lines, { head: head.head })).toMatchObject({ ok: false, line: record.length });
    }
  });
});

/** What a forger who can make the chain whole again makes of it: what is read is what stands there, or it is refused. */
const rechained =
  (text: (said: string) => string): Edit =>
  (lines) => {
    const forged = [...forge(lines)];
    // As it is written, and not as it would be written again.
    forged[at] = text(forged[at] ?? "");
    return forged.slice(0, at + 1);
  };

describe("a record whose chain was made whole again", () => {
  test.each<[string, Edit, object]>([
    [
      "a prototype",
      rechained((text) => text.replace('"tries":1', '"tries":1,"__proto__":{"polluted":true}')),
      { ok: true },
    ],
    ["a field twice", rechained((text) => text.replace('"tries":1', '"tries":1,"seq":99')), { ok: false }],
    ["a type twice", rechained((text) => text.replace('"tries":1', '"tries":1,"type":"run:decided"')), { ok: false }],
    ["a number as a text", rechained((text) => text.replace('"tries":1', '"tries":"1"')), { ok: false }],
    ["a number that is none", rechained((text) => text.replace('"tries":1', '"tries":1e999')), { ok: false }],
    ["a depth that nothing can read", rechained((text) => text.replace('"depth":7', `"depth":${deep}`)), { ok: false }],
    ["a byte order mark", rechained((text) => `\uFEFF${text}`), { ok: false }],
  ])("is refused, or harms nobody: %s", (_, edit, report) => {
    const lines = edit(record);
    expect(verifyRecord(lines)).toMatchObject(report);
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
    expect((readRecord(record)[0] as { readonly polluted?: unknown }).polluted).toBeUndefined();
    // Whatever it looks like without, a head that was kept elsewhere finds it.
    expect(verifyRecord(lines, { head })).toMatchObject({ ok: false });
  });

  test("is found out against a head that was kept, whichever line was replaced and however much follows", () => {
    for (let index = 0; index < record.length; index += 1) {
      const other = record.map((text, at_) => (at_ === index ? JSON.stringify({ ...event(text), more: 1 }) : text));
      const lines = forge(other);
      expect(verifyRecord(lines)).toMatchObject({ ok: true });
      expect(verifyRecord(lines, { head })).toMatchObject({ ok: false });
      expect(verifyRecord(lines, { head: head.head })).toMatchObject({ ok: false });
    }
  });

  test("is found out against a head where somebody appends a consumption whose link is that head", () => {
    // A forged record whose consumption claims to follow the verdict that was vouched for.
    const forged = [...forge(record.map((text) => text.replace("fine", "fair")))];
    const { at: when } = event(record.at(-1) ?? "");
    const refused = { type: "consume:refused", digest: "x", why: "consumed", reason: "" };
    forged.push(JSON.stringify({ v: 1, seq: forged.length + 1, at: when, prev: head.head, ...refused }));
    expect(verifyRecord(forged, { head })).toMatchObject({ ok: false });
    expect(verifyRecord(forged, { head: head.head })).toMatchObject({ ok: false });
  });

  test("is not the same for a text in another normal form of Unicode", () => {
    const forged = forge(record.map((text) => text.replace(composed, decomposed)));
    expect(forged).not.toEqual(record);
    expect(verifyRecord(forged, { head })).toMatchObject({ ok: false });
  });
});
