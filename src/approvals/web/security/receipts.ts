import * as z from "zod";
import type { Asked } from "../asked.js";
import type { VoteReceipt } from "../runs.js";
import type { Tokens } from "./tokens.js";

const lifetimeMs = 24 * 3_600_000;
const longestReason = 500;

const schema = z.object({
  person: z.string(),
  run: z.string(),
  gate: z.string(),
  status: z.enum(["accepted", "kept", "refused", "unknown"]),
  reason: z.string().optional(),
});

/** Passes a receipt from the request that sent a vote to the page that shows it, so that loading it again sends nothing. */
export class Receipts {
  readonly #tokens: Tokens;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  sign({ person, run, gate }: Asked, receipt: VoteReceipt): Promise<string> {
    const reason = "reason" in receipt ? { reason: receipt.reason.slice(0, longestReason) } : {};
    const claims = { person: person.id, run: run.runId, gate, status: receipt.status, ...reason };
    return this.#tokens.sign("receipt", claims, lifetimeMs);
  }

  /** The receipt, if it is this person's for this gate: nobody can be shown another's, or one that was made up. */
  async read(token: string, { person, run, gate }: Asked): Promise<VoteReceipt | undefined> {
    const claims = await this.#tokens.read("receipt", token, schema);
    if (claims?.person !== person.id || claims.run !== run.runId || claims.gate !== gate) return undefined;
    const { status, reason = "" } = claims;
    return status === "accepted" || status === "kept" ? { status } : { status, reason };
  }
}
