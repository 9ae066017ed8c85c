import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { execTransport } from "../../../src/gates/health-probe/exec-probe.js";
import { execProbeSchema, type ExecProbe } from "../../../src/gates/health-probe/exec-probe-config.js";
import { AttemptTimeout } from "../../../src/gates/health-probe/probe.js";
import { request } from "./servers.js";

const node = process.execPath;

/** Runs a program in JavaScript as the probe. */
function probe(script: string, config: Omit<ExecProbe, "command"> = {}, signal?: AbortSignal) {
  const { args = [], ...rest } = config;
  const target = execProbeSchema.parse({ command: node, args: ["-e", script, ...args], ...rest });
  return execTransport.probe(target, request(signal));
}

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "probe-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/**
 * A path that processes connect to, as a sign of life. The kernel closes the connection when its process is gone, so nobody
 * has to wait and look.
 */
async function lifeLine() {
  const path = join(await directory(), "alive");
  const alive: Socket[] = [];
  let tell: (() => void)[] = [];
  const server = createServer((socket) => {
    alive.push(socket);
    socket.on("error", () => {});
    socket.resume();
    for (const told of tell) told();
    tell = [];
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(async () => void (await new Promise((resolve) => server.close(resolve))));
  return {
    path,
    /** Resolves when so many processes are alive. */
    started: async (count: number) => {
      while (alive.length < count) await new Promise<void>((resolve) => tell.push(resolve));
    },
    /** Resolves when all of them are gone. */
    gone: () => Promise.all(alive.map(async (socket) => socket.closed || once(socket, "close"))),
  };
}

const stayAlive = "require('node:net').connect(process.argv.at(-1))";

describe("the exit code", () => {
  test.each([
    [0, undefined, "healthy", "exited with 0"],
    [1, undefined, "unhealthy", "exited with 1, expected exit code 0"],
    [2, 2, "healthy", "exited with 2"],
    [0, [1, 2], "unhealthy", "exited with 0, expected exit code 1 or 2"],
    [2, [1, 2], "healthy", "exited with 2"],
  ] as const)("%i, where %j is expected, is %s", async (code, exitCode, status, reason) => {
    const expected = exitCode === undefined ? {} : { expect: { exitCode } };
    expect(await probe(`process.exit(${code})`, expected)).toEqual({ status, reason, exitCode: code });
  });

  test("of a command that a signal ended says nothing about the target", async () => {
    await expect(probe("process.kill(process.pid, 'SIGTERM')")).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringContaining("it was ended by SIGTERM"),
    });
  });

  test.each([126, 127])("%i says that a command inside did not run, unless it is expected", async (code) => {
    await expect(probe(`process.exit(${code})`)).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringContaining(`it exited with ${code}, as shells do where a command`),
    });
    expect(await probe(`process.exit(${code})`, { expect: { exitCode: code } })).toMatchObject({ status: "healthy" });
  });
});

describe("the output", () => {
  test("of a content command is its standard output, of another one its complaint", async () => {
    const both = "console.log('found 3 orders'); console.error('two are stuck');";
    expect((await probe(both)).excerpt).toBe("found 3 orders");
    expect((await probe(`${both} process.exitCode = 1`)).excerpt).toBe("two are stuck");
    expect((await probe("console.log('only this'); process.exitCode = 1")).excerpt).toBe("only this");
  });

  test.each<[NonNullable<ExecProbe["expect"]>, string]>([
    [{ stdoutIncludes: "3 orders" }, "exited with 0"],
    [{ stdoutIncludes: "4 orders" }, 'exited with 0, expected "4 orders" in its standard output'],
    [{ stdoutMatches: /\d orders/g }, "exited with 0"],
    [{ stdoutMatches: /^\d/ }, "exited with 0, expected standard output that matches /^\\d/"],
  ])("%j: %s", async (expected, reason) => {
    expect((await probe("console.log('found 3 orders')", { expect: expected })).reason).toBe(reason);
  });

  test("is kept up to the limit, and read on: a full pipe does not block the command", async () => {
    const endless = "process.stdout.write('x'.repeat(3_000_000)); process.stderr.write('y'.repeat(3_000_000))";
    expect(await probe(endless, { maxOutputBytes: 1_024 })).toMatchObject({ status: "healthy", exitCode: 0 });
    expect((await probe(endless, { maxOutputBytes: 1_024, expect: { stdoutIncludes: "x" } })).reason).toBe(
      "exited with 0, expected at most 1024 bytes of standard output, got more",
    );
  });

  test("shows no control characters", async () => {
    expect((await probe("process.stdout.write('\\x1b[2Jall\\r\\nwell')")).excerpt).toBe("[2Jall well");
  });
});

describe("the command", () => {
  test("gets its arguments as they are: there is no shell", async () => {
    const args = ["$HOME", "; exit 1", "`id`", "a b", "", "*", "--version"];
    const outcome = await probe("console.log(JSON.stringify(process.argv.slice(1)))", { args: ["--", ...args] });
    expect(outcome.excerpt).toBe(JSON.stringify(args));
  });

  test("gets no input", async () => {
    expect((await probe("process.stdin.on('data', () => {}).on('end', () => console.log('end'))")).excerpt).toBe("end");
  });

  test("runs where it is told to", async () => {
    const cwd = await directory();
    await writeFile(join(cwd, "here"), "");
    expect((await probe("console.log(require('node:fs').existsSync('here'))", { cwd })).excerpt).toBe("true");
  });

  test("gets of the environment what was named, and nothing else", async () => {
    vi.stubEnv("PROBE_NAMED", "named-value");
    vi.stubEnv("PROBE_OTHER", "other-value");
    onTestFinished(() => void vi.unstubAllEnvs());
    const names =
      "console.log(Object.keys(process.env).filter((name) => name !== '__CF_USER_TEXT_ENCODING').sort().join())";
    expect((await probe(names)).excerpt).toBe("PATH");
    expect((await probe(names, { inheritEnv: [] })).excerpt).toBeUndefined();
    expect((await probe(names, { env: { B: "1" }, inheritEnv: ["PROBE_NAMED"] })).excerpt).toBe("B,PROBE_NAMED");
    const all = "console.log(process.env.PROBE_NAMED.length, process.env.PROBE_OTHER.length)";
    expect((await probe(all, { inheritEnv: "all" })).excerpt).toBe("11 11");
  });

  test("may not show the values that it got", async () => {
    vi.stubEnv("PROBE_NAMED", "inherited-secret");
    onTestFinished(() => void vi.unstubAllEnvs());
    const print = "console.error(process.env.KEY, process.env.PROBE_NAMED); process.exitCode = 1";
    for (const inheritEnv of [["PROBE_NAMED"], "all"] as const) {
      const outcome = await probe(print, { env: { KEY: "given-secret" }, inheritEnv });
      expect(outcome.excerpt).toBe("[redacted] [redacted]");
    }
  });
});

describe("a command that cannot be started", () => {
  test.each([
    [
      "does not exist",
      () => ({ command: "no-such-command-anywhere" }),
      "ENOENT; is it installed, and does its directory exist",
    ],
    ["is a directory", () => ({ command: tmpdir() }), "EACCES"],
    [
      "has no directory to run in",
      () => ({ command: node, cwd: "/no/such/directory" }),
      "ENOENT; is it installed, and does its directory exist",
    ],
  ])("because it %s is no fault of the target", async (_, config, why) => {
    const target = execProbeSchema.parse(config());
    await expect(execTransport.probe(target, request())).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: `The probe of command ${target.command} could not be made: it could not be started (${why}).`,
      details: { isRetryable: false },
    });
  });

  test("because nobody may execute it is no fault of the target", async () => {
    const file = join(await directory(), "smoke.sh");
    await writeFile(file, "#!/bin/sh\nexit 0\n", { mode: 0o644 });
    const target = execProbeSchema.parse({ command: file });
    await expect(execTransport.probe(target, request())).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringContaining("EACCES"),
    });
  });
});

describe("the end of the time", () => {
  test("kills the command and all that it started", async () => {
    const line = await lifeLine();
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stayAlive)}, process.argv.at(-1)],
      { stdio: 'inherit' }); ${stayAlive}`;
    const controller = new AbortController();
    const outcome = probe(parent, { args: [line.path] }, controller.signal);
    await line.started(2);
    controller.abort(new AttemptTimeout(1_000));
    expect(await outcome).toEqual({ status: "unhealthy", reason: "did not exit within 1 s" });
    await line.gone();
  });

  test("kills a command that ignores polite signals", async () => {
    const line = await lifeLine();
    const controller = new AbortController();
    const stubborn = `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); ${stayAlive}`;
    const outcome = probe(stubborn, { args: [line.path] }, controller.signal);
    await line.started(1);
    controller.abort(new AttemptTimeout(1_000));
    expect((await outcome).status).toBe("unhealthy");
    await line.gone();
  });

  test("for another reason kills the command, too, and ends with the reason", async () => {
    const line = await lifeLine();
    const controller = new AbortController();
    const reason = new Error("the verdict is out");
    const outcome = probe(stayAlive, { args: [line.path] }, controller.signal);
    await line.started(1);
    controller.abort(reason);
    await expect(outcome).rejects.toBe(reason);
    await line.gone();
  });

  test("is not needed for what a command leaves behind in its group: it is killed when the command ends", async () => {
    const line = await lifeLine();
    const leaving = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(`${stayAlive}.on('connect', () => process.send('up'))`)}, process.argv.at(-1)],
        { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      child.on('message', () => process.exit(0));`;
    expect(await probe(leaving, { args: [line.path] })).toMatchObject({ status: "healthy", exitCode: 0 });
    await line.started(1);
    await line.gone();
  });

  test("ends the wait for an output that a process outside of the group holds open", async () => {
    const line = await lifeLine();
    const pidFile = join(await directory(), "pid");
    const escaping = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(`${stayAlive}.on('connect', () => process.send('up'))`)}, process.argv.at(-1)],
        { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      child.on('message', () => process.exit(0));`;
    const controller = new AbortController();
    const outcome = probe(escaping, { args: [line.path] }, controller.signal);
    await line.started(1);
    const escaped = Number(await readFile(pidFile, "utf8"));
    onTestFinished(() => void process.kill(escaped, "SIGKILL"));
    // Its parent may not be gone yet; either way the attempt ends.
    controller.abort(new AttemptTimeout(1_000));
    expect((await outcome).reason).toMatch(
      /^(?:did not exit|exited, and left its output open, not closed) within 1 s$/,
    );
  });

  test("before the start kills at once", async () => {
    const file = join(await directory(), "ran");
    const late = AbortSignal.abort(new AttemptTimeout(1_000));
    const slow = `setTimeout(() => require('node:fs').writeFileSync(${JSON.stringify(file)}, ''), 60_000)`;
    expect((await probe(slow, {}, late)).status).toBe("unhealthy");
    expect(existsSync(file)).toBe(false);
  });
});

describe("the description", () => {
  test("shows arguments, and of variables the names alone", () => {
    const target = execProbeSchema.parse({
      command: "./smoke.sh",
      args: ["--url", "https://me:s3cr3t@host/?key=s3cr3t", "--key=from-env"],
      env: { KEY: "from-env", A: "s3cr3t" },
      expect: { stdoutMatches: /ok/ },
    });
    expect(execTransport.name(target)).toBe("command ./smoke.sh");
    expect(execTransport.describe(target)).toEqual({
      transport: "exec",
      command: "./smoke.sh",
      args: ["--url", "https://[redacted]@host/?key=[redacted]", "--key=[redacted]"],
      env: ["A", "KEY"],
      inheritEnv: ["PATH"],
      expect: { exitCode: [0], stdoutMatches: "/ok/" },
      maxOutputBytes: 65_536,
    });
  });
});

test.skipIf(process.platform === "win32").each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
  "a command ends with the process that runs it, when that is ended by %s",
  async (signal) => {
    const { path, started, gone } = await lifeLine();
    const runner = fileURLToPath(new URL("runner-process.ts", import.meta.url));
    const runs = spawn(node, ["--import", import.meta.resolve("tsx"), runner, node, "-e", stayAlive, path], {
      stdio: "inherit",
    });
    onTestFinished(() => void runs.kill("SIGKILL"));
    await started(1);
    runs.kill(signal);
    await gone();
    expect(runs.signalCode ?? (await once(runs, "exit"))[1]).toBe(signal);
  },
);
