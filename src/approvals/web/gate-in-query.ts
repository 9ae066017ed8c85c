import type { DeskContext } from "./desk.js";

/** The gate that a request is about; none where it names two, of which whoever stands in front of the handler may have read the other. */
export function gateInQuery({ req }: DeskContext): string {
  const [gate = "", ...others] = req.queries("gate") ?? [];
  return others.length === 0 ? gate : "";
}
