/** What somebody may do about a whole run, or about what one of its gates found, beside voting. */
export const acts = ["waive", "uphold", "bypass", "cancel"] as const;

/**
 * `waive`: set a gate aside until a time. `uphold`: say that nobody does. `bypass`: promote whatever the gates say. `cancel`: end the
 * run, which holds then.
 */
export type Act = (typeof acts)[number];

/** Whether an act is about one gate. */
export function isOfGate(act: Act): boolean {
  return act === "waive" || act === "uphold";
}
