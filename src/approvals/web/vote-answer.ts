import { identityOf } from "../../gate/identity.js";
import type { Approval } from "./approval.js";
import type { PersonalAnswer } from "./answering.js";
import type { Person } from "./person.js";
import type { VoteFields } from "./vote-fields.js";

/** The vote of a person as an answer to the gate that asks for it. */
export function voteAnswer(approval: Approval, { formToken: _token, ...said }: VoteFields): PersonalAnswer {
  const { run, person, gate, request, lastRequest, choices } = approval;
  const { checklist, ...rest } = said;
  const { from, later } = lastRequest;
  return {
    run,
    person,
    gate,
    ...(request ? { asked: request.fingerprint } : {}),
    shown: said.fingerprint,
    value: {
      ...rest,
      ...(checklist ? { checklist: checklist.map((step) => ({ ...step })) } : {}),
      by: person.id,
      ...askedRoles(person, [...from.roles, ...later.roles]),
    },
    kindOf: ({ decision }) => (typeof decision === "string" ? decision : ""),
    takesBack: said.decision === "withdraw" && choices.includes("withdraw"),
  };
}

/** Of a person's roles those that a gate asks for: a person may have hundreds, and the record needs no others. */
export function askedRoles({ roles }: Person, asked: readonly string[]): { readonly roles?: readonly string[] } {
  const wanted = new Set(asked.map(identityOf));
  return roles ? { roles: roles.filter((role) => wanted.has(identityOf(role))) } : {};
}
