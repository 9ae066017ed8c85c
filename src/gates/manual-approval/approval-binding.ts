import { canonicalJson, sha256 } from "../../gate/fingerprint.js";
import type { GateContext, StepIo } from "../../gate/gate-context.js";
import type { Json } from "../../gate/json.js";
import type { Release } from "../../gate/release.js";
import { toJson } from "../../gate/to-json.js";
import type { ManualApprovalSettings } from "./manual-approval-config.js";
import type { Vote } from "./vote.js";

/** What is approved, as it was shown. */
export interface ApprovalBinding {
  /** The SHA-256, in hexadecimal, of release, plan, gate, attempt and what is bound beside them. */
  readonly fingerprint: string;
  /** What the gate's `binds` said. */
  readonly bound?: Json;
}

/** What a function that says what approvals are bound to is asked. */
export interface BindingQuestion {
  readonly release: Release;
  /** Aborted after 30 seconds, and when nobody needs the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * Says what approvals are bound to beside release and plan: the digest behind a tag, a ticket's text, what other gates saw.
 *
 * Rules:
 * - It is asked before anybody is asked to vote, and again just before the gate passes: what differs then voids every vote.
 * - What it returns is JSON of at most 16 KiB, and shown to whoever votes. Leave out what changes though nothing did, such as times.
 * - What it throws is asked up to three times; then the gate is errored.
 */
export type ApprovalBinds = (question: BindingQuestion) => Json | Promise<Json>;

/** Why a vote on something else is not taken. */
export const changedSince = "what was shown has changed since";

const maxBoundBytes = 16_384;

type BindingContext = Pick<GateContext<ManualApprovalSettings, never>, "config" | "release" | "shown" | "attempt">;

/** What a request is about, where the gate binds nothing beside release and plan. Pure. */
export function plainBinding(context: Pick<BindingContext, "shown" | "attempt">): ApprovalBinding {
  return { fingerprint: fingerprintOf(context) };
}

/** Asks what a request is about, as one journaled step, for the vote that is judged if there is one. Rejects where that cannot be said. */
export function askBinding(
  context: BindingContext & Pick<GateContext<unknown, never>, "step">,
  binds: ApprovalBinds,
  name: string,
  vote?: Pick<Vote, "by">,
): Promise<ApprovalBinding> {
  // The fingerprint is of what was returned: what the record keeps of it may have lost a secret.
  const ask = async ({ signal }: StepIo) => {
    const bound = smallJson(await binds({ release: context.release, signal }));
    return { bound, fingerprint: fingerprintOf(context, bound) };
  };
  return context.step(name, ask, vote ? { input: { by: vote.by } } : {});
}

/** Why a vote is not taken with the fingerprint that it carries, or `undefined`. Whoever withdraws is heard in any case. Pure. */
export function bindingRefusal(
  { decision, fingerprint }: Pick<Vote, "decision" | "fingerprint">,
  shown: ApprovalBinding,
  isRequired: boolean,
): string | undefined {
  if (decision === "withdraw" || fingerprint === shown.fingerprint) return undefined;
  if (fingerprint !== undefined) return changedSince;
  return isRequired ? "expected the fingerprint of the request that was shown" : undefined;
}

function fingerprintOf({ shown, attempt }: Pick<BindingContext, "shown" | "attempt">, bound?: Json): string {
  return sha256(canonicalJson({ ...shown, attempt, ...(bound === undefined ? {} : { bound }) }));
}

function smallJson(value: unknown): Json {
  // Nothing is what a function that forgot to return says.
  if (value === undefined) throw new TypeError("binds must return what approvals are bound to, got undefined");
  const json = toJson(value);
  const bytes = Buffer.byteLength(JSON.stringify(json));
  if (bytes <= maxBoundBytes) return json;
  throw new TypeError(
    `binds must return at most ${maxBoundBytes} bytes, got ${bytes}; return the digest of what is large`,
  );
}
