import fc from "fast-check";
import { allOf, isGateError, readRecord, verifyRecord, type Gate } from "release-gates";
import { beforeAll, describe, expect, test } from "vitest";
import { custom, gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { propertyRuns } from "../helpers/runs.js";

const whole = (): Gate =>
  allOf("all", [
    custom("asks", async ({ step, measure, now, pass }) => {
      await step("depth", () => 7);
      measure({ name: "depth", at: now(), value: 7, status: "good" });
      return pass("fine", { depth: 7 });
    }),
    gate("good", "pass", 5),
    gate("bad", "inconclusive", 9),
  ]);

let record: readonly string[] = [];
let anchor = { lines: 0, head: "" };
beforeAll(async () => {
  const { run, verdict } = await judge(whole());
  record = run.record();
  anchor = verdict.record;
});

/** One thing that somebody does to a record. */
type Forgery =
  | { readonly what: "edit"; readonly line: number; readonly at: number; readonly text: string }
  | { readonly what: "field"; readonly line: number; readonly field: string; readonly value: unknown }
  | { readonly what: "remove" | "repeat"; readonly line: number }
  | { readonly what: "swap"; readonly line: number; readonly other: number }
  | { readonly what: "insert"; readonly line: number; readonly text: string };

const line = fc.nat(1_000);
const forgery: fc.Arbitrary<Forgery> = fc.oneof(
  fc.record({ what: fc.constant("edit"), line, at: fc.nat(5_000), text: fc.string({ maxLength: 3 }) }),
  fc.record({
    what: fc.constant("field"),
    line,
    field: fc.constantFrom("v", "seq", "at", "prev", "type", "gate", "more"),
    value: fc.jsonValue(),
  }),
  fc.record({ what: fc.constantFrom("remove", "repeat"), line }),
  fc.record({ what: fc.constant("swap"), line, other: line }),
  fc.record({ what: fc.constant("insert"), line, text: fc.oneof(fc.string(), fc.json()) }),
);

function forged(what: Forgery): readonly string[] {
  const lines = [...record];
  const at = what.line % lines.length;
  const text = lines[at] ?? "";
  if (what.what === "edit") {
    const place = what.at % text.length;
    lines[at] = `${text.slice(0, place)}${what.text}${text.slice(place + 1)}`;
  }
  if (what.what === "field") lines[at] = JSON.stringify({ ...(JSON.parse(text) as object), [what.field]: what.value });
  if (what.what === "remove") lines.splice(at, 1);
  if (what.what === "repeat") lines.splice(at, 0, text);
  if (what.what === "insert") lines.splice(at, 0, what.text);
  if (what.what === "swap") {
    const other = what.other % lines.length;
    [lines[at], lines[other]] = [lines[other] ?? "", text];
  }
  return lines;
}

describe("verifyRecord", () => {
  test("finds every edit, removal, repetition, swap and insertion, and says at which line", () => {
    fc.assert(
      fc.property(forgery, (what) => {
        const lines = forged(what);
        const isSame = JSON.stringify(lines) === JSON.stringify(record);
        const report = verifyRecord(lines, { head: anchor });
        expect(report.ok).toBe(isSame);
        expect(verifyRecord(lines, { head: anchor.head }).ok).toBe(isSame);
        if (report.ok) return;
        const first = lines.findIndex((each, index) => each !== record[index]);
        // A line that was changed shows at the next one at the latest; one that is missing at the end, there.
        expect(report.line).toBeLessThanOrEqual((first === -1 ? lines.length : first + 1) + 1);
        expect(report.reason).not.toBe("");
      }),
      propertyRuns(2_000),
    );
  });

  test("finds what is missing at the end against a head, and not without one", () => {
    for (let lines = 1; lines < record.length; lines += 1) {
      const cut = record.slice(0, lines);
      expect(verifyRecord(cut)).toMatchObject({ ok: true, lines, isDecided: false });
      expect(verifyRecord(cut, { head: anchor })).toMatchObject({
        ok: false,
        line: lines,
        reason: `${record.length} lines were vouched for, and there are ${lines}`,
      });
      expect(verifyRecord(cut, { head: anchor.head })).toMatchObject({ ok: false, line: lines });
    }
  });

  test("holds a record to a head that was kept while the run went on", () => {
    const earlier = verifyRecord(record.slice(0, 4));
    if (!earlier.ok) throw new Error(earlier.reason);
    expect(verifyRecord(record, { head: earlier })).toEqual({
      ok: true,
      lines: record.length,
      head: anchor.head,
      isDecided: true,
    });
    expect(verifyRecord(record, { head: { ...earlier, lines: 5 } })).toMatchObject({ ok: false, line: 5 });
  });

  test("says the same as readRecord", () => {
    fc.assert(
      fc.property(forgery, (what) => {
        const lines = forged(what);
        const report = verifyRecord(lines);
        let seq: number | undefined;
        try {
          readRecord(lines);
        } catch (error) {
          seq = isGateError(error, "RECORD_INVALID") ? error.details.seq : -1;
        }
        expect(seq).toBe(report.ok ? undefined : report.line);
      }),
      propertyRuns(300),
    );
  });

  test("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(fc.anything()), fc.array(fc.json())), (garbage) => {
        expect(verifyRecord(garbage as never).ok).toBe(false);
      }),
      propertyRuns(300),
    );
    const hostile = new Proxy([], {
      get: () => {
        throw new Error("boo");
      },
    });
    expect(verifyRecord(hostile)).toEqual({ ok: false, line: 0, reason: "it cannot be read" });
    expect(verifyRecord(record, { head: { lines: -1, head: "" } }).ok).toBe(false);
  });
});
