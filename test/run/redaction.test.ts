import { allOf, metricThreshold, readRecord, replay, startRun, type RunOptions } from "release-gates";
import { fromFunction } from "release-gates/metrics";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

describe("names in a record", () => {
  test("stay as they are, so that no gate answers for another", async () => {
    const { run, decision, statuses } = await judge(
      allOf("release", [gate("basic smoketests", "fail", 1), gate("basic endpoints", "pass", 5)]),
      { settle: "all" },
    );
    expect(decision).toBe("rollback");
    expect(statuses).toMatchObject({ "release/basic smoketests": "failed", "release/basic endpoints": "passed" });
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true, verdict: { decision: "rollback" } });
  });

  test.each(["hold", "rollback", "promote", "errored", "gate", "release:", "decision", "seq", "20"])(
    "and so does the verdict, where %j is a secret",
    async (secret) => {
      const errored = custom("x", () => {
        throw new Error(`broke: ${secret}`);
      });
      const { run, verdict } = await judge(errored, { secrets: [secret], runId: "r", release: { ...release } });
      expect(verdict.decision).toBe("hold");
      expect(readRecord(run.record(), { head: verdict.record.head })).toHaveLength(verdict.record.lines);
      expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
    },
  );

  test.each<[string, Partial<RunOptions>]>([
    ["a gate", { secrets: ["hunter22"] }],
    ["the run", { secrets: ["run-4711"], runId: "run-4711" }],
  ])("are refused where that of %s holds a secret", (_, options) => {
    const named = gate("db hunter22", "pass");
    expect(() => startRun(named, { release, ...options })).toThrow("one of them is part of the name of a gate");
    expect(() => startRun(named, { release, ...options })).not.toThrow("hunter22");
  });
});

describe("secrets", () => {
  test("do not show where a long message is cut", async () => {
    const secret = "s3cret-value-0123456789";
    const long = custom("x", () => {
      throw new Error("x".repeat(1_990) + secret);
    });
    const { run, verdict } = await judge(long, { secrets: [secret] });
    expect(run.record().join("")).not.toContain("s3cret");
    expect(verdict.findings[0]?.reason.length).toBeLessThan(2_100);
  });

  test("do not show in what the handle says of the release, before the run has begun and after", async () => {
    const run = startRun(gate("x", "pass"), {
      release: { ...release, requestedBy: "ada of hunter22" },
      secrets: ["hunter22"],
    });
    expect(run.release.requestedBy).toBe("ada of [redacted]");
    expect(run.snapshot().release.requestedBy).toBe("ada of [redacted]");
    expect((await run.verdict).release.requestedBy).toBe("ada of [redacted]");
  });

  test("are removed as numbers, in URLs and in base64, too", async () => {
    const secret = "p@ss word/12";
    const leaky = custom("x", ({ pass }) =>
      pass("well", {
        url: encodeURIComponent(secret),
        base64: Buffer.from(secret).toString("base64"),
        pin: 47_114_711,
      }),
    );
    const { verdict } = await judge(leaky, { secrets: [secret, "47114711"] });
    expect(verdict.findings[0]?.evidence).toEqual({ url: "[redacted]", base64: "[redacted]", pin: "[redacted]" });
  });
});

describe("a secret that was given", () => {
  const secret = `pa"ss\\wo\nrd&<k>'-ZQXJ +é`;
  const quoted = (text: string) => JSON.stringify(text).slice(1, -1);
  const html = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  const lowerCase = (text: string) => text.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());

  test.each<[string, string]>([
    ["as it is", secret],
    ["in JSON", JSON.stringify({ k: secret })],
    ["in JSON in JSON", JSON.stringify({ k: JSON.stringify({ k: secret }) })],
    ["in a URL", `http://x/${encodeURIComponent(secret)}`],
    ["in a URL, in lower case", lowerCase(`http://x/${encodeURIComponent(secret)}`)],
    ["in a form", new URLSearchParams({ k: secret }).toString()],
    ["in a form, in lower case", lowerCase(new URLSearchParams({ k: secret }).toString())],
    ["in HTML", html],
    ["in HTML, with its apostrophe", html.replaceAll("'", "&#39;")],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in base64 for URLs", Buffer.from(secret).toString("base64url")],
  ])("does not show %s: in a reason, a step, an error's name and code", async (_, text) => {
    const leaky = custom("x", async ({ step, pass }) => {
      await step("fine", () => ({ said: text }));
      await step("broken", () => Promise.reject(Object.assign(new Error(text), { name: text, code: text })), {
        retry: false,
      });
      return pass("never", null);
    });
    const { run, verdict } = await judge(leaky, { secrets: [secret] });
    const shown = run.record().join("\n") + JSON.stringify(verdict);
    for (const form of [text, quoted(text), quoted(quoted(text)), "ZQXJ"]) expect(shown).not.toContain(form);
  });

  test("does not show in part where a text was cut before it could be found", async () => {
    const long = `http://x/?q=${"a".repeat(19_975)} `;
    const leaky = custom("x", () => {
      throw new Error(`${long}SECRETSECRETSECRET`);
    });
    const { run, verdict } = await judge(leaky, { secrets: ["SECRETSECRETSECRET"] });
    expect(run.record().join("\n") + JSON.stringify(verdict)).not.toContain("SECR");
  });
});

describe("whoever listens", () => {
  test("cannot change what a gate was answered", async () => {
    const errors = metricThreshold("errors", {
      source: fromFunction("errors", () => 0.5),
      below: 0.1,
      every: "1s",
      samples: 1,
    });
    const { run, decision } = await judge(errors, {}, (started) => {
      started.on("step:recorded", (event) => {
        // Frozen: this throws, which hurts nobody.
        if (event.ok) (event.value as { value: number }).value = 0;
      });
    });
    expect(decision).toBe("rollback");
    expect((await replay(run.record(), errors)).verdict.decision).toBe("rollback");
  });
});
