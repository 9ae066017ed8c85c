import type { RestateServer } from "./restate-server.js";
import type { AnswerRequest, ReleaseRequest, ReleaseResult } from "./worker.js";

/** Tells Restate where a worker is. */
export async function register({ admin }: RestateServer, port: number): Promise<void> {
  await call("POST", `${admin}/deployments`, { uri: `http://127.0.0.1:${port}` });
}

/** Hands a release in, and returns at once: the id of what carries it. */
export async function handIn({ ingress }: RestateServer, key: string, request: ReleaseRequest): Promise<string> {
  const { invocationId } = await call("POST", `${ingress}/releases/${key}/run/send`, request);
  return invocationId as string;
}

/** Waits for what comes of a release. */
export async function resultOf({ ingress }: RestateServer, key: string): Promise<ReleaseResult> {
  return (await call("GET", `${ingress}/restate/workflow/releases/${key}/attach`)) as unknown as ReleaseResult;
}

/** Answers one of a release's gates; kept where no worker lives. */
export async function answer({ ingress }: RestateServer, key: string, request: AnswerRequest): Promise<void> {
  await call("POST", `${ingress}/releases/${key}/answer/send`, request);
}

/** Cancels what carries a release. */
export async function cancel({ admin }: RestateServer, invocationId: string): Promise<void> {
  await call("PATCH", `${admin}/invocations/${invocationId}/cancel`);
}

async function call(method: string, url: string, body?: unknown): Promise<Record<string, unknown>> {
  const answered = await fetch(url, {
    method,
    // Sooner than the test, so that it still cleans up.
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await answered.text();
  if (!answered.ok) throw new Error(`${method} ${url} answered ${answered.status}: ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
