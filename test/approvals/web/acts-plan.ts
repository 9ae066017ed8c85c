import { allOf, defineGate, type RunOptions } from "release-gates";
import type { HandlerOptions } from "release-gates/approvals";
import * as z from "zod";
import type { ApprovalsWeb } from "./approvals-web.js";
import { signOff } from "./approvals-web.js";

const failing = defineGate({
  kind: "failing",
  config: z.strictObject({}),
  evidence: z.null(),
  check: ({ fail }) => fail("3 of 100 are late", null),
});

/** A gate that failed and may be waived, beside an approval that is waited for. */
export const actPlan = allOf("release", [failing("late", {}, { waivable: "1h" }), signOff]);

/** Every act is turned on, and the run lets some people bypass it. */
export const everyAct = {
  acts: ["waive", "uphold", "bypass", "cancel"],
  runOptions: { allowBypass: { people: ["ada", "grace"] } } satisfies Partial<RunOptions>,
} satisfies Partial<HandlerOptions> & { readonly runOptions: object };

/** Where an act of a run is. */
export function actPath(runId: string, act: string, gate?: string): string {
  return `/runs/${runId}/acts/${act}${gate === undefined ? "" : `?gate=${encodeURIComponent(gate)}`}`;
}

/** The form of an act, as somebody is shown it. */
export async function actForm(web: ApprovalsWeb, person: string, path: string) {
  const shown = await web.ask(person, path, { headers: { accept: "application/json" } });
  const { fingerprint, formToken } = (await shown.json()) as {
    readonly fingerprint: string;
    readonly formToken: string;
  };
  return { fingerprint, formToken };
}
