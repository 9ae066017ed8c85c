import * as z from "zod";
import type { Asked } from "../asked.js";
import type { Claims, Tokens } from "./tokens.js";

/** What a form is bound to: whoever it was shown, and what it showed. */
export interface FormClaims {
  readonly person: string;
  readonly run: string;
  readonly gate: string;
  readonly fingerprint: string;
}

const schema: z.ZodType<FormClaims> = z.object({
  person: z.string(),
  run: z.string(),
  gate: z.string(),
  fingerprint: z.string(),
});

/** Makes and reads the tokens of forms: a vote by a form is taken only from whom the form was shown, for what it showed. */
export class FormTokens {
  readonly #tokens: Tokens;
  readonly #lifetimeMs: number;

  constructor(tokens: Tokens, lifetimeMs: number) {
    this.#tokens = tokens;
    this.#lifetimeMs = lifetimeMs;
  }

  issue({ person, run, gate }: Asked, { fingerprint }: { readonly fingerprint: string }): Promise<string> {
    const claims: FormClaims = { person: person.id, run: run.runId, gate, fingerprint };
    return this.#tokens.sign("form", { ...claims }, this.#lifetimeMs);
  }

  /** The claims of a token that was issued for this person, gate and fingerprint. */
  async read(
    token: string,
    { person, run, gate }: Asked,
    fingerprint: string,
  ): Promise<Claims<FormClaims> | undefined> {
    const claims = await this.#tokens.read("form", token, schema);
    const isFor =
      claims?.person === person.id &&
      claims.run === run.runId &&
      claims.gate === gate &&
      claims.fingerprint === fingerprint;
    return isFor ? claims : undefined;
  }
}
