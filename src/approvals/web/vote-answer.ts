import { identityOf } from "../../gate/identity.js";
import type { Approval } from "./approval.js";
import { evidenceIn } from "../shown-evidence.js";
import type { PersonalAnswer } from "./answering.js";
import type { Person } from "./person.js";
import type { VoteFields } from "./vote-fields.js";

/** The vote of a person as an answer to the gate that asks for it. An approval is bound to what the gates named found, too. */
export function voteAnswer(
  approval: Approval,
  { formToken: _token, evidence = "", ...said }: VoteFields,
): PersonalAnswer {
  const { run, person, mayVote, gate, request, lastRequest, choices } = approval;
  const { checklist, ...rest } = said;
  const takesBack = said.decision === "withdraw" && choices.includes("withdraw");
  const { from, later } = lastRequest;
  // Whoever does not agree may do so whatever has been found since.
  const found = said.decision === "approve" ? (evidenceIn(run.state, lastRequest)?.fingerprint ?? "") : evidence;
  return {
    run,
    person,
    mayVote,
    gate,
    ...(request || takesBack ? { asked: `${lastRequest.fingerprint} ${found}` } : {}),
    shown: `${said.fingerprint} ${evidence}`,
    value: {
      ...rest,
      ...(said.decision === "approve" && evidence !== "" ? { evidence } : {}),
      ...(checklist ? { checklist: checklist.map((step) => ({ ...step })) } : {}),
      by: person.id,
      ...askedRoles(person, [...from.roles, ...later.roles]),
    },
    kindOf: ({ decision }) => (typeof decision === "string" ? decision : ""),
    takesBack,
  };
}

/** Of a person's roles those that a gate asks for: a person may have hundreds, and the record needs no others. */
export function askedRoles({ roles }: Person, asked: readonly string[]): { readonly roles?: readonly string[] } {
  const wanted = new Set(asked.map(identityOf));
  return roles ? { roles: roles.filter((role) => wanted.has(identityOf(role))) } : {};
}
