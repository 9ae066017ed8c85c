import { defineGate, runGates, type RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { release } from "../helpers/gates.js";

/** A store that takes the beginning of a run, and nothing that is learnt after it. */
function brokenStore(): RecordStore {
  const store = memoryStore();
  return {
    ...store,
    async append(runId, expectedLines, lines) {
      if (lines.some((line) => line.includes("step:recorded"))) throw new Error("the disk is full");
      await store.append(runId, expectedLines, lines);
    },
  };
}

const trusting = defineGate({
  kind: "trusting",
  config: z.strictObject({}),
  evidence: z.null(),
  defaults: { onFail: "rollback" },
  async check({ step, pass, fail }) {
    try {
      await step("look", () => null);
      return pass("looked", null);
    } catch {
      return fail("could not look", null);
    }
  },
});

describe("a store that fails", () => {
  test("is a fault of the run, and never an answer of the gate whose step it was to keep", async () => {
    const gate = trusting("api", {}, { onError: "rollback" });
    const verdict = await runGates(gate, { release, store: brokenStore() });
    expect(verdict.decision).toBe("hold");
    expect(verdict.reason).toContain("the disk is full");
    expect(verdict.findings).toMatchObject([{ gate: "api", status: "cancelled", reason: "the run itself failed" }]);
  });
});
