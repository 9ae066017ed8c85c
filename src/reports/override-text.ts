import type { GateUpheld } from "../run/record/gate-event.js";
import type { VerdictSummary } from "../run/verdict/verdict.js";
import type { Waiver } from "../run/overrides/waiver.js";

/** Who waived a gate, until when and why: `ada until 2030-01-31T12:00:00.000Z: is being fixed (https://issues.example/7)`. */
export function waiverText({ by, expires, ...why }: Pick<Waiver, "by" | "expires" | "reason" | "link">): string {
  return `${by} until ${expires}: ${whyText(why)}`;
}

/** Why somebody did it, and where more is said. */
export function whyText({ reason, link }: Pick<Waiver, "reason" | "link">): string {
  return link === undefined ? reason : `${reason} (${link})`;
}

/** Why what a gate found stands, though it might have been waived. */
export function upheldText({ reason, by }: Pick<GateUpheld, "reason" | "by">): string {
  return by === undefined ? reason : `${by} says so: ${reason}`;
}

type Overrides = Pick<VerdictSummary, "overridden" | "bypass" | "waivers" | "withdrawn">;

/** Everything that somebody overrode or took back, and what became of each waiver; nothing of it is left out of a report. */
export function overrideFields({
  overridden,
  bypass,
  waivers = [],
  withdrawn = [],
}: Overrides): readonly (readonly [label: string, texts: readonly string[]])[] {
  const those = (use: string) =>
    waivers.filter((waiver) => waiver.use === use).map((waiver) => `${waiver.gate} by ${waiverText(waiver)}`);
  const said = bypass ? `${bypass.by} bypassed every gate: ${whyText(bypass)}` : "what a gate found was set aside";
  return [
    ["overridden", overridden ? [said] : []],
    ["waived", those("used")],
    ["waived, and not needed", those("unneeded")],
    ["waiver over", those("lapsed")],
    ["taken back", withdrawn.map(({ gate, reason, at }) => `${gate}: ${reason}, at ${at}`)],
  ];
}
