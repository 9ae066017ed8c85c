import { toMs } from "../../../gate/duration.js";
import { identityOf } from "../../../gate/identity.js";
import type { AnswerReceipt } from "../../../run/host.js";
import { submitBypass } from "../../../run/submit-bypass.js";
import { submitCancel } from "../../../run/submit-cancel.js";
import { submitUphold } from "../../../run/submit-uphold.js";
import { submitWaive } from "../../../run/submit-waive.js";
import type { HandlerSettings } from "../handler-options.js";
import type { Sendable } from "../sending.js";
import type { ActFields } from "./act-fields.js";
import type { ActStanding } from "./act-standing.js";

// What a run has refused stands in its record for ever: one person must not use that up.
const mostRefused = 20;
const refusedForMs = 3_600_000;

/** What a person does about a run, as it is sent to that. */
export function sendableAct(
  settings: HandlerSettings,
  standing: ActStanding,
  { formToken: _token, ...fields }: ActFields,
): Sendable {
  const { run, person, act, fingerprint, whyNot } = standing;
  const isAsShown = fingerprint === fields.fingerprint;
  return {
    run,
    person,
    said: { ...fields },
    way: ["act"],
    standing: !isAsShown ? "changed" : whyNot === undefined ? "open" : "closed",
    whyTooMany: async () => whyTooMany(settings, standing),
    submit: () => submit(settings, standing, fields),
    name: `the act ${act}`,
  };
}

function whyTooMany({ clock }: HandlerSettings, { run, person }: ActStanding): string | undefined {
  const since = clock.now() - refusedForMs;
  const isOwn = (by: string | undefined) => by !== undefined && identityOf(by) === identityOf(person.id);
  const refused = run.events.filter(
    (event) => event.type === "override:refused" && isOwn(event.by) && Date.parse(event.at) > since,
  ).length;
  return refused < mostRefused ? undefined : `${refused} of yours were refused within an hour; wait a little`;
}

function submit(
  { store, answerTimeoutMs: timeout, clock }: HandlerSettings,
  { run, person, act, gate }: ActStanding,
  { reason, link, expires, lasts }: Omit<ActFields, "formToken">,
): Promise<AnswerReceipt> {
  const said = { by: person.id, reason };
  const linked = { ...said, ...(link === undefined ? {} : { link }) };
  const as = { timeout, ...(person.roles ? { roles: person.roles } : {}) };
  const path = gate?.path ?? "";
  switch (act) {
    case "waive": {
      const until = expires ?? new Date(clock.now() + toMs(lasts ?? 0)).toISOString();
      return submitWaive(store, run.runId, { gate: path, ...linked, expires: until }, as);
    }
    case "uphold":
      return submitUphold(store, run.runId, { gate: path, ...said }, as);
    case "bypass":
      return submitBypass(store, run.runId, linked, as);
    case "cancel":
      return submitCancel(store, run.runId, said, { timeout });
  }
}
