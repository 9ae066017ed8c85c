import { publicConfig } from "../../gate/public-config.js";
import { redactText } from "../../gate/redact.js";
import type { JsonObject } from "../../gate/json.js";
import type { ExecTarget } from "./exec-probe-config.js";
import { excerptField, excerptWithout } from "./excerpt.js";
import { outcomeOf, probeFault, type ProbeOutcome, type ProbeRequest, type Transport } from "./probe.js";
import { runCommand, type CommandResult } from "./run-command.js";

/** Runs a command, and looks at how it ends. */
export const execTransport: Transport<ExecTarget> = {
  name: ({ command }) => `command ${redactText(command)}`,
  describe: describeExec,
  probe: (target, request) => outcomeOf(() => probeExec(target, request)),
};

function describeExec({ command, args, cwd, env, inheritEnv, expect, maxOutputBytes }: ExecTarget): JsonObject {
  const withoutSecrets = excerptWithout(Object.values(env));
  return publicConfig({
    transport: "exec",
    command,
    args: args.map(withoutSecrets),
    cwd,
    env: Object.keys(env).toSorted(),
    inheritEnv,
    expect,
    maxOutputBytes,
  });
}

async function probeExec(target: ExecTarget, { signal }: ProbeRequest): Promise<ProbeOutcome> {
  const { env, inheritEnv } = target;
  const inherited = inheritedEnv(inheritEnv);
  const excerpt = excerptWithout([...Object.values(env), ...inheritedSecrets(inherited, inheritEnv)]);
  const source = execTransport.name(target);
  const result = await runCommand(target, { source, env: { ...inherited, ...env }, signal });
  assertRan(result, target, source);
  const complaint = complaintAbout(result, target.expect);
  const observed = `exited with ${result.exitCode}`;
  // Of a command that complains, the complaint; of one that is content, what it found.
  const said = complaint !== undefined && result.stderr.bytes.length > 0 ? result.stderr : result.stdout;
  return {
    status: complaint === undefined ? "healthy" : "unhealthy",
    reason: complaint === undefined ? observed : `${observed}, ${excerpt(complaint)}`,
    ...(result.exitCode === null ? {} : { exitCode: result.exitCode }),
    ...excerptField(excerpt(said.bytes)),
  };
}

const neverRan: Readonly<Record<number, string>> = {
  126: "it exited with 126, as shells do where a command may not be executed",
  127: "it exited with 127, as shells do where a command is not found",
};

// A check that did not run to its end has not looked at the target.
function assertRan({ exitCode, signal }: CommandResult, { expect }: ExecTarget, source: string): void {
  if (exitCode === null) throw probeFault(source, `it was ended by ${signal}`, { isRetryable: true });
  const why = expect.exitCode.includes(exitCode) ? undefined : neverRan[exitCode];
  if (why !== undefined) throw probeFault(source, why, { isRetryable: false });
}

function complaintAbout({ exitCode, stdout }: CommandResult, expect: ExecTarget["expect"]): string | undefined {
  const { stdoutIncludes, stdoutMatches } = expect;
  if (exitCode === null || !expect.exitCode.includes(exitCode))
    return `expected exit code ${expect.exitCode.join(" or ")}`;
  if (stdoutIncludes === undefined && stdoutMatches === undefined) return undefined;
  if (stdout.isTruncated) return `expected at most ${stdout.bytes.length} bytes of standard output, got more`;
  const text = stdout.bytes.toString("utf8");
  if (stdoutIncludes !== undefined && !text.includes(stdoutIncludes)) {
    return `expected ${JSON.stringify(stdoutIncludes)} in its standard output`;
  }
  // `search` starts at the beginning each time, whatever the pattern's flags and its last use say.
  if (stdoutMatches !== undefined && text.search(stdoutMatches) < 0) {
    return `expected standard output that matches ${String(stdoutMatches)}`;
  }
  return undefined;
}

function inheritedEnv(names: ExecTarget["inheritEnv"]): Record<string, string> {
  const all = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return Object.fromEntries(names === "all" ? all : all.filter(([name]) => names.includes(name)));
}

// Of a whole environment, most is no secret; its short values would blacken half of the output.
const minInheritedSecret = 8;

function inheritedSecrets(env: Readonly<Record<string, string>>, names: ExecTarget["inheritEnv"]): readonly string[] {
  const values = Object.entries(env)
    .filter(([name]) => name !== "PATH")
    .map(([, value]) => value);
  return names === "all" ? values.filter((value) => value.length >= minInheritedSecret) : values;
}
