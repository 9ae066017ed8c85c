import { GateError } from "./gate-error.js";

/** The path of a gate of this name in the gate of that path. */
export function joinPath(parentPath: string, name: string): string {
  return parentPath === "" ? name : `${parentPath}/${name}`;
}

/** Throws a `GateError` with code `PATH_DUPLICATE` where two gates of one composite have one name. */
export function assertDistinctNames(gates: readonly { readonly name: string }[], parentPath: string): void {
  const seen = new Set<string>();
  for (const { name } of gates) {
    if (seen.has(name)) {
      const path = joinPath(parentPath, name);
      throw new GateError("PATH_DUPLICATE", `Two gates have the path "${path}"; give one of them another name.`, {
        path,
      });
    }
    seen.add(name);
  }
}
