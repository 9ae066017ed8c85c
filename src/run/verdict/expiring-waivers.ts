import { toMs, type Duration } from "../../gate/duration.js";
import type { VerdictSummary } from "./verdict.js";
import type { WaiverUse } from "../overrides/waiver-use.js";

/** Which waivers are listed. */
export interface ExpiringOptions {
  /** How soon they end. */
  readonly within: Duration;
  /** From when on. @default now */
  readonly now?: Date;
}

/**
 * Lists the waivers of some verdicts that end soon, the first to end first: what must be fixed, or waived anew.
 *
 * Each is listed once, however many releases it was used for. Throws a `GateError` with code `DURATION_INVALID`.
 *
 * @example
 * ```ts
 * import { expiringWaivers, type Verdict } from "release-gates";
 *
 * export function remind(verdicts: readonly Verdict[]): void {
 *   for (const { gate, by, expires } of expiringWaivers(verdicts, { within: "7d" })) {
 *     console.log(`${by}: your waiver of "${gate}" ends at ${expires}`);
 *   }
 * }
 * ```
 */
export function expiringWaivers(
  verdicts: Iterable<Pick<VerdictSummary, "waivers">>,
  { within, now = new Date() }: ExpiringOptions,
): readonly WaiverUse[] {
  const from = now.getTime();
  const until = from + toMs(within);
  const all = [...verdicts].flatMap(({ waivers = [] }) => waivers);
  const soon = all.filter(({ expires }) => Date.parse(expires) > from && Date.parse(expires) <= until);
  const once = new Map(soon.map((waiver) => [JSON.stringify([waiver.gate, waiver.by, waiver.expires]), waiver]));
  return [...once.values()].toSorted((a, b) => Date.parse(a.expires) - Date.parse(b.expires));
}
