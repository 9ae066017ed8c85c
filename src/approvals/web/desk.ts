import type { Context } from "hono";
import { ActTokens } from "./acts/act-tokens.js";
import type { HandlerSettings } from "./handler-options.js";
import { Paths } from "./paths.js";
import type { Person } from "./person.js";
import { Runs } from "./runs.js";
import { Access } from "./security/access.js";
import { Cursors } from "./security/cursors.js";
import { FormTokens } from "./security/form-tokens.js";
import { Links } from "./security/links.js";
import { NotFoundPace } from "./security/not-found-pace.js";
import { Receipts } from "./security/receipts.js";
import { Refusals } from "./security/refusals.js";
import { Tokens } from "./security/tokens.js";
import { OpenStreams } from "./open-streams.js";
import { Sending } from "./sending.js";

/** What a request carries with it on its way through the handler. */
export interface DeskEnv {
  readonly Variables: {
    /** Who makes the request, once that is established. */
    readonly person: Person;
    /** What was sent, once it has come. */
    readonly body: string;
    /** Since when it is looked up what it asks for: after it was known who asks. Milliseconds since the epoch. */
    readonly lookedSince: number;
  };
}

/** One request and its answer. */
export type DeskContext = Context<DeskEnv>;

/** All that the routes of one handler share. */
export class Desk {
  readonly settings: HandlerSettings;
  readonly paths: Paths;
  readonly access: Access;
  readonly pace: NotFoundPace;
  readonly runs: Runs;
  readonly tokens: Tokens;
  readonly cursors: Cursors;
  readonly forms: FormTokens;
  readonly links: Links;
  readonly receipts: Receipts;
  readonly actTokens: ActTokens;
  readonly refusals: Refusals;
  readonly sending: Sending;
  readonly streams = new OpenStreams();

  constructor(settings: HandlerSettings) {
    this.settings = settings;
    this.paths = new Paths(settings.base);
    this.access = new Access(settings);
    this.pace = new NotFoundPace(settings.clock);
    this.runs = new Runs(settings, this.access, this.pace);
    this.tokens = new Tokens({ keys: settings.keys, audience: settings.url, clock: settings.clock });
    this.cursors = new Cursors({ keys: settings.keys, audience: settings.url, clock: settings.clock });
    this.forms = new FormTokens(this.tokens, settings.formLifetimeMs);
    this.links = new Links(this.tokens, settings);
    this.receipts = new Receipts(this.tokens);
    this.actTokens = new ActTokens(this.tokens, settings.formLifetimeMs);
    this.refusals = new Refusals(settings);
    this.sending = new Sending(settings);
  }
}
