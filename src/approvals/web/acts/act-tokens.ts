import * as z from "zod";
import type { VoteReceipt } from "../runs.js";
import type { Claims, Tokens } from "../security/tokens.js";
import type { ActStanding } from "./act-standing.js";

const receiptLifetimeMs = 24 * 3_600_000;
const longestReason = 500;

const about = { person: z.string(), run: z.string(), act: z.string(), gate: z.string() };
const formSchema = z.object({ ...about, fingerprint: z.string() });
const receiptSchema = z.object({
  ...about,
  status: z.enum(["accepted", "kept", "refused", "unknown"]),
  reason: z.string().optional(),
});

/** Makes and reads the tokens of acts. A form for one act is none for another one, and no form of a vote is one for an act. */
export class ActTokens {
  readonly #tokens: Tokens;
  readonly #formLifetimeMs: number;

  constructor(tokens: Tokens, formLifetimeMs: number) {
    this.#tokens = tokens;
    this.#formLifetimeMs = formLifetimeMs;
  }

  /** The token of a form that is shown. */
  form(standing: ActStanding): Promise<string> {
    const claims = { ...claimsOf(standing), fingerprint: standing.fingerprint };
    return this.#tokens.sign("act", claims, this.#formLifetimeMs);
  }

  /** The claims of a form that was shown to this person for this act, and showed this. */
  async readForm(
    token: string,
    standing: ActStanding,
    fingerprint: string,
  ): Promise<Claims<z.output<typeof formSchema>> | undefined> {
    const claims = await this.#tokens.read("act", token, formSchema);
    return claims && isAbout(claims, standing) && claims.fingerprint === fingerprint ? claims : undefined;
  }

  /** Passes a receipt to the page that shows it, so that loading that again sends nothing. */
  receipt(standing: ActStanding, receipt: VoteReceipt): Promise<string> {
    const reason = "reason" in receipt ? { reason: receipt.reason.slice(0, longestReason) } : {};
    const claims = { ...claimsOf(standing), status: receipt.status, ...reason };
    return this.#tokens.sign("act-receipt", claims, receiptLifetimeMs);
  }

  /** The receipt, if it is this person's for this act. */
  async readReceipt(token: string, standing: ActStanding): Promise<VoteReceipt | undefined> {
    const claims = await this.#tokens.read("act-receipt", token, receiptSchema);
    if (!claims || !isAbout(claims, standing)) return undefined;
    const { status, reason = "" } = claims;
    return status === "accepted" || status === "kept" ? { status } : { status, reason };
  }
}

type About = Readonly<Record<keyof typeof about, string>>;

function claimsOf({ person, run, act, gate }: ActStanding): About {
  return { person: person.id, run: run.runId, act, gate: gate?.path ?? "" };
}

function isAbout(claims: About, standing: ActStanding): boolean {
  const wanted = claimsOf(standing);
  return (["person", "run", "act", "gate"] as const).every((field) => claims[field] === wanted[field]);
}
