import { canonicalJson } from "../../gate/fingerprint.js";
import type { LiveRunInput } from "../live/live-run-input.js";
import { shownRules } from "../overrides/override-rule.js";
import type { RecordEvent, RunStarted } from "../record/record-event.js";
import { shownSubject } from "../record/redact-body.js";

/** Why what a run is made of is not what a recorded one began with, or `undefined` where it is. */
export function whyAnother(started: RecordEvent & RunStarted, input: LiveRunInput): string | undefined {
  const { release, plan, tree } = shownSubject(input, input.redact);
  const { settle, deadline, allowBypass, overrideRules } = input.options;
  const deadlineMs = started.deadlineAt === undefined ? null : Date.parse(started.deadlineAt) - Date.parse(started.at);
  const pairs: readonly (readonly [what: string, recorded: unknown, now: unknown])[] = [
    ["runId", started.runId, input.runId],
    ["the release", started.release, release],
    ["the plan's name", started.plan.name, plan.name],
    ["the plan's fingerprint", started.plan.fingerprint, plan.fingerprint],
    ["the plan's input", started.plan.input ?? null, plan.input ?? null],
    ["the description of the gates", started.tree, tree],
    ["settle", started.settle, settle],
    ["allowBypass", started.allowBypass === true, allowBypass],
    ["who may override gates", started.overrideRules ?? null, shownRules(overrideRules, input.redact) ?? null],
    ["deadline", deadlineMs, deadline ?? null],
  ];
  const other = pairs.find(([, recorded, now]) => canonicalJson(recorded as never) !== canonicalJson(now as never));
  return other && `${other[0]} is not the one that it began with`;
}
