import { manualApproval, type Gate } from "release-gates";

/** Who must approve, each of them. */
export const people = ["ada", "bob", "cyd"];

/** A plan that waits for people, and reminds them all the time. */
export function peoplePlan(): Gate {
  return manualApproval("sign-off", { from: { people }, quorum: people.length, deadline: "10m", remindEvery: "1s" });
}
