import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  manualApproval,
  startRun,
  type Gate,
  type RecordEvent,
  type RecordStore,
  type Release,
  type Run,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { createHandler, type HandlerOptions } from "release-gates/approvals";

/** Where the handler of these tests is reached. */
export const url = "https://platform.example/approvals";

/** What signs forms and links in these tests. */
export const secret = "a secret for tests, of more than 32 bytes";

/** A release whose requester may not approve it. */
export const release: Release = {
  name: "orders",
  version: "2.4.0",
  environment: "production",
  artifact: { name: "registry.example/orders", digest: "sha256:9f86d081884c7d659a2feaa0c55ad015" },
  requestedBy: "grace",
};

/** The gate that most of these tests answer. */
export const signOff = manualApproval("sign-off", {
  from: { people: ["ada", "bob", "cleo"], roles: ["sre"] },
  quorum: 2,
  deadline: "4h",
  instructions: "the dashboard: https://dash.example/orders",
});

/** A handler, a run that waits for an approval, and the people who come to it. */
export interface ApprovalsWeb extends AsyncDisposable {
  readonly run: Run;
  readonly store: RecordStore;
  readonly handler: (request: Request) => Promise<Response>;
  /** Sends a request as a person; `null` for somebody nobody knows. */
  ask(person: string | null, path: string, init?: RequestInit): Promise<Response>;
  /** The form of the approval as the person is shown it. */
  form(person: string, path?: string): Promise<ShownForm>;
  /** Sends the form as a browser does. */
  post(
    person: string | null,
    path: string,
    fields: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** What was voted in the run, or tried to be. */
  votes(): readonly RecordEvent[];
  readonly approvalPath: string;
}

export interface ShownForm {
  readonly fingerprint: string;
  readonly formToken: string;
}

/** Starts a run on a store, and a handler that reaches it: through the same store, or its own of the same place. */
export async function approvalsWeb(
  {
    runStore,
    runOptions = {},
    ...options
  }: Partial<HandlerOptions> & { readonly runStore?: RecordStore; readonly runOptions?: Partial<RunOptions> } = {},
  gate: Gate = signOff,
  released: Release = release,
): Promise<ApprovalsWeb> {
  const store = options.store ?? memoryStore();
  const runId = randomUUID();
  const run = startRun(gate, { release: released, store: runStore ?? store, runId, ...runOptions });
  const handler = createHandler({
    url,
    secret,
    store,
    authenticate: (request) => {
      const header = request.headers.get("x-person");
      const person = header === null ? null : decodeURIComponent(header);
      return person === null ? null : { id: person, ...(person === "root" ? { roles: ["sre"] } : {}) };
    },
    authorize: ({ person }) => person.id !== "mallory",
    onError: () => {},
    ...options,
  });
  while (!(await store.read(runId)).some((line) => line.includes('"gate:waiting"'))) await setImmediate();
  const ask = (person: string | null, path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (person !== null) headers.set("x-person", encodeURIComponent(person));
    return handler(new Request(`${url}${path}`, { redirect: "manual", ...init, headers }));
  };
  const approvalPath = `/runs/${runId}/approval?gate=${encodeURIComponent("sign-off")}`;
  return {
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
    run,
    store,
    handler,
    ask,
    approvalPath,
    async form(person, path = approvalPath) {
      const response = await ask(person, path, { headers: { accept: "application/json" } });
      return (await response.json()) as ShownForm;
    },
    post: (person, path, fields, headers = {}) =>
      ask(person, path, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "sec-fetch-site": "same-origin", origin: "null", cookie: "session=1", ...headers },
      }),
    votes: () =>
      run
        .record()
        .map((line) => JSON.parse(line) as RecordEvent)
        .filter(({ type }) => type === "gate:answered" || type === "gate:refused"),
  };
}
