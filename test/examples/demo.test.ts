import { spawn, spawnSync } from "node:child_process";
import { on } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { canaries, type Canary } from "../../examples/demo/canary.js";
import { describeWithService } from "../helpers/services.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

function startDemo(...args: readonly string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "examples/demo/demo.ts", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, exited };
}

async function runDemo(...args: readonly string[]) {
  const { child, exited } = startDemo(...args);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { lines: stdout.trimEnd().split("\n"), stderr, exitCode };
}

interface Expected {
  readonly verdict: "promote" | "hold" | "rollback";
  readonly exitCode: 0 | 10 | 20;
  /** A gate that must be among the deciding ones; where it is not promote, the only one. */
  readonly decidedBy: string;
  /** What the report must say. */
  readonly says: string;
}

const expected: Readonly<Record<Canary, Expected>> = {
  healthy: { verdict: "promote", exitCode: 0, decidedBy: "release/sign-off", says: "approved by ada: 1 of 1 needed" },
  errors: { verdict: "rollback", exitCode: 20, decidedBy: "release/metrics", says: "«errors» error ratio" },
  slow: { verdict: "rollback", exitCode: 20, decidedBy: "release/metrics", says: "«latency» p95 latency" },
  "bad-data": {
    verdict: "hold",
    exitCode: 10,
    decidedBy: "release/data/every total",
    says: "observed 10 rows, expected no rows",
  },
  // Each window of three seconds sees a bad phase whole, and a release that was seen to be bad does not become good.
  flapping: { verdict: "rollback", exitCode: 20, decidedBy: "release/metrics", says: "«errors» error ratio" },
  "monitoring-down": { verdict: "hold", exitCode: 10, decidedBy: "release/metrics", says: "refused the connection" },
  "no-rollback": {
    verdict: "hold",
    exitCode: 10,
    decidedBy: "release/metrics",
    says: "should be rolled back and cannot be (its migration drops a column); call ada, on call for orders",
  },
};

// Each waits more than it computes.
describe.concurrent("the demo", () => {
  test.each(canaries)("judges a canary that is %s", async (canary) => {
    const { lines, stderr, exitCode } = await runDemo("--canary", canary);
    const { verdict, decidedBy, says, ...rest } = expected[canary];
    // With the report, so that a failure says why.
    expect({ last: lines.at(-1), exitCode, stderr }).toMatchObject({ last: `verdict: ${verdict}`, ...rest });
    expect(stderr).toContain(says);
    const deciding = lines.at(-2)?.replace("decided by: ", "").split(", ");
    if (verdict === "promote") expect(deciding).toContain(decidedBy);
    else expect(deciding).toEqual([decidedBy]);
  });

  test("refuses arguments that it does not know, without a verdict", async () => {
    const { lines, stderr, exitCode } = await runDemo("--canary", "dead");
    expect(lines).toEqual([""]);
    expect(stderr).toBe(`--canary is one of ${canaries.join(", ")}; got "dead"\n`);
    expect(exitCode).toBe(2);
  });

  test("asks nobody where there is no terminal, and says so", async () => {
    const { child, exited } = startDemo("--interactive");
    await saw(child.stdout, "Nobody can be asked here, as this is no terminal; it stays open until its deadline.");
    child.kill("SIGINT");
    const lines = (await text(child.stdout)).trimEnd().split("\n");
    expect(lines.at(-1)).toBe("verdict: hold");
    expect(await exited).toBe(10);
  });
});

// Of util-linux: runs a command at a pseudo-terminal. The one of BSD takes other arguments.
const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

describeWithService("the demo at a terminal", hasScript, "Install util-linux for its command script.", () => {
  test.each([
    {
      says: "approve",
      answers: [
        ["Enter leaves it open: ", "approve"],
        ["Enter for none): ", "all set"],
      ],
      exitCode: 0,
    },
    {
      says: "reject",
      answers: [
        ["Enter leaves it open: ", "reject"],
        ["Why? ", "support is away"],
      ],
      exitCode: 10,
    },
  ])("lets the person there $says", async ({ answers, exitCode }) => {
    const command = `'${process.execPath}' --import tsx examples/demo/demo.ts --interactive`;
    const child = spawn("script", ["-qefc", command, "/dev/null"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    for (const [question = "", answer] of answers) {
      await saw(child.stdout, question);
      child.stdin.write(`${answer}\r`);
    }
    const shown = await text(child.stdout);
    expect(shown).toContain("Your answer was taken.");
    expect(shown.trimEnd().split("\n").at(-1)).toMatch(/^verdict: (promote|hold)$/);
    expect(await exited).toBe(exitCode);
  });
});

/** Waits until a stream says so. */
async function saw(stream: Readable, words: string): Promise<void> {
  let seen = "";
  for await (const [chunk] of on(stream, "data")) {
    seen += String(chunk);
    if (seen.includes(words)) return;
  }
}
