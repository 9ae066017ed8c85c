import * as z from "zod";
import type { Person } from "../person.js";
import { personOfSchema } from "./standard-options.js";

/** A user of Slack, as Slack names them. */
export interface SlackUser {
  /** The user's id, such as `U024BE7LH`. Names can be changed by their owners; ids cannot. */
  readonly id: string;
  /** The workspace the user belongs to. A shared channel has users of other companies. */
  readonly teamId: string;
  /** The organisation of an Enterprise Grid, where there is one. */
  readonly enterpriseId?: string;
}

/** Votes by buttons in Slack; see {@link approvalButtons}. */
export interface SlackWebhook {
  /** The app's signing secret. */
  readonly signingSecret: string;
  /**
   * Which person a user of Slack is; `null` where that is nobody you know. Whoever sees the message can press its buttons: check
   * the workspace, too.
   */
  readonly personOf: (user: SlackUser) => Person | null | Promise<Person | null>;
  /** Tells the user what became of their vote. @default the global fetch */
  readonly fetch?: typeof fetch;
}

/** The schema of {@link SlackWebhook}. */
export const slackSchema = z.strictObject({
  signingSecret: z.string({ error: "expected the app's signing secret" }).min(16, {
    error: "expected the app's signing secret, of at least 16 characters",
  }),
  personOf: personOfSchema<SlackWebhook["personOf"]>(),
  fetch: z.custom<typeof fetch>((value) => typeof value === "function").exactOptional(),
});
