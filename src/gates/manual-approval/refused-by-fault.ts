import { isGateError } from "../../gate/gate-error.js";

/** Why an answer is not taken where a step that it needs has failed: `whether ada may vote could not be found out: …`. */
export function refusedByFault(what: string): (error: unknown) => string {
  return (error) => {
    // What the record does not hold must not be made up.
    if (isGateError(error, "NOT_IN_RECORD") || isGateError(error, "CANCELLED")) throw error;
    return `${what}: ${error instanceof Error ? error.message : String(error)}`;
  };
}
