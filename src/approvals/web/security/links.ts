import * as z from "zod";
import type { HandlerSettings } from "../handler-options.js";
import type { Person } from "../person.js";
import { personSchema } from "../person.js";
import type { Claims, Tokens } from "./tokens.js";

/** What a signed link says: which request it leads to, and to whom it was sent where it says so. */
export interface LinkClaims {
  readonly run: string;
  readonly gate: string;
  readonly person?: string | undefined;
}

/** The claims of a link, as a schema. */
export const linkClaimsSchema: z.ZodType<LinkClaims> = z.object({
  run: z.string().min(1),
  gate: z.string().min(1),
  person: z.string().optional(),
});

/** Reads signed links. A link is an address; it decides nothing by being opened, however often. */
export class Links {
  readonly #tokens: Tokens;
  readonly #settings: HandlerSettings;

  constructor(tokens: Tokens, settings: HandlerSettings) {
    this.#tokens = tokens;
    this.#settings = settings;
  }

  /** What a link says; `undefined` where it was not made for this handler, or has ended. */
  read(token: string): Promise<Claims<LinkClaims> | undefined> {
    return this.#tokens.read("link", token, linkClaimsSchema, this.#settings.linkAudience);
  }

  /** Whom a link signs in, where the handler accepts that: without any role, as nobody has established one. */
  personOf({ person }: LinkClaims): Person | undefined {
    return this.#settings.acceptLinkPerson && person !== undefined
      ? personSchema.safeParse({ id: person }).data
      : undefined;
  }
}
