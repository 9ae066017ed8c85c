/** The path in the plan of what may be a round of a repeated gate: `checks/errors` of `checks/errors#3/ratio`. */
export function planPath(address: string): string {
  const round = address.search(/[#~]/);
  return round === -1 ? address : address.slice(0, round);
}
