import "./promise-with-resolvers.js";
import {
  endpoint,
  handlers,
  workflow,
  type WorkflowContext,
  type WorkflowSharedContext,
} from "@restatedev/restate-sdk";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { startRun, type Release, type Verdict } from "release-gates";
import type { Json } from "../../../src/gate/json.js";
import { canaryRelease } from "../../../examples/demo/plan.js";
import { releasePlan } from "./release-plan.js";
import { answerGate, onRestate } from "./restate-host.js";

/** What a release is asked for. */
export interface ReleaseRequest {
  readonly release: Release;
  readonly world: string;
  /** The input of the demo's plan, where that is the one to run. @default the plan of this folder */
  readonly demo?: {
    readonly stable: string;
    readonly canary: string;
    readonly metrics: string;
    readonly database: string;
  };
}

/** What came of it. */
export interface ReleaseResult {
  readonly verdict: Verdict;
  readonly record: readonly string[];
}

/** An answer to one of a release's gates. */
export interface AnswerRequest {
  readonly gate: string;
  readonly value: Json;
}

const releases = workflow({
  name: "releases",
  handlers: {
    run: (context: WorkflowContext, { release, world, demo }: ReleaseRequest): Promise<ReleaseResult> => {
      console.log("executing");
      return onRestate(context, async (host) => {
        const options = { release, host, runId: context.key };
        const run = demo
          ? startRun(canaryRelease, { ...options, input: demo })
          : startRun(releasePlan, { ...options, input: { world } });
        run.on("gate:settled", ({ gate }) => console.log(`settled ${gate}`));
        const verdict = await run.verdict;
        return { verdict, record: run.record() };
      });
    },
    answer: handlers.workflow.shared((context: WorkflowSharedContext, { gate, value }: AnswerRequest) =>
      answerGate(context, gate, value),
    ),
  },
  options: {
    inactivityTimeout: Number(process.env["INACTIVITY_MS"] ?? 60_000),
    // A worker comes back at once here, and nobody should wait for it longer than that.
    retryPolicy: { initialInterval: 50, maxInterval: 250 },
  },
});

const server = createServer(endpoint().bind(releases).http2Handler());
server.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1", () => {
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
});
