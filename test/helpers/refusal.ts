import { isGateError } from "release-gates";

/** The code and the message of the `GateError` with which something is refused. */
export function refusalOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (isGateError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("nothing was refused");
}
