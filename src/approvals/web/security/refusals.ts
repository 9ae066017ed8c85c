import { identityOf } from "../../../gate/identity.js";
import type { Asked } from "../asked.js";
import type { HandlerSettings } from "../handler-options.js";
import type { AccessQuestion, Person } from "../person.js";
import { RateLimiter } from "./rate-limiter.js";

/** Something that somebody who is signed in tried, and that was refused before the run heard of it. */
export interface RefusedAttempt {
  /** When. ISO 8601, UTC. */
  readonly at: string;
  readonly person: Person;
  readonly action: AccessQuestion["action"];
  /** The run as the request named it: there may be none, or none that the person may see. Up to 200 characters. */
  readonly runId: string;
  /** The gate as the request named it. Up to 500 characters. */
  readonly gate: string;
  /** Why, for programs: the `code` of the answer. */
  readonly code: string;
  /** Why, in words. Nothing of what was sent, such as a comment or a token, stands in it. */
  readonly reason: string;
}

// Whoever tries more is seen by these.
const perMinute = 10;

/** Tells what was refused before the run heard of it, as then no record says so. */
export class Refusals {
  readonly #settings: HandlerSettings;
  readonly #limiter: RateLimiter;

  constructor(settings: HandlerSettings) {
    this.#settings = settings;
    this.#limiter = new RateLimiter(perMinute, settings.clock);
  }

  /** Tells of one more, unless the person had so many within a minute that nobody learns from another one. */
  tell(
    { person, run, gate }: Pick<Asked, "person" | "gate"> & { readonly run: { readonly runId: string } },
    { code, text }: { readonly code: string; readonly text: string },
    action: AccessQuestion["action"] = "vote",
  ): void {
    const settings = this.#settings;
    const { onRefused } = settings;
    if (!onRefused || this.#limiter.enter(identityOf(person.id)) > 0) return;
    const at = new Date(settings.clock.now()).toISOString();
    const named = { runId: run.runId.slice(0, 200), gate: gate.slice(0, 500) };
    const attempt = { at, person, action, ...named, code, reason: text };
    // Whoever is told may be asynchronous, and fail: that changes no answer, and ends no process.
    new Promise((resolve) => resolve(onRefused(attempt))).catch((error: unknown) =>
      settings.onError(error, "onRefused"),
    );
  }
}
