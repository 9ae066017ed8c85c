import type { CheckGate } from "../gate/gate.js";
import { formatMs } from "../gate/duration.js";
import type { StandardSchemaV1 } from "../gate/standard-schema.js";
import type { AssumedStatus } from "./open-window.js";

const anything: StandardSchemaV1 = {
  "~standard": { version: 1, vendor: "release-gates", validate: (value) => ({ value }) },
};

/** Makes the gate that asks nobody, and gives the answer that is assumed of it. */
export function assumedGate(
  gate: CheckGate,
  { status, after }: { readonly status: AssumedStatus; readonly after: number },
): CheckGate {
  const { form, kind, name, config, onFail, onError, timeoutMs, freshForMs, consumableForMs, waivableMs } = gate;
  return {
    form,
    kind,
    name,
    config,
    settings: undefined,
    onFail,
    onError,
    timeoutMs,
    ...(freshForMs === undefined ? {} : { freshForMs }),
    ...(consumableForMs === undefined ? {} : { consumableForMs }),
    ...(waivableMs === undefined ? {} : { waivableMs }),
    evidence: anything,
    async check({ sleep }) {
      if (after > 0) await sleep(after);
      const delay = after > 0 ? ` after ${formatMs(after)}` : "";
      return { status, reason: `assumed: ${status}${delay}`, evidence: { assumed: status } };
    },
  };
}
