import { formatIssues } from "../../../gate/standard-schema.js";
import type { AccessQuestion, Person } from "../person.js";
import { personSchema } from "../person.js";
import type { HandlerSettings } from "../handler-options.js";
import { inTime } from "./in-time.js";

/** Asks those whom the handler was given who somebody is, and what they may. What throws, or is late, says no. */
export class Access {
  readonly #settings: HandlerSettings;

  constructor(settings: HandlerSettings) {
    this.#settings = settings;
  }

  /** Who makes a request; `undefined` where nobody knows. */
  whoMakes(request: Request): Promise<Person | undefined> {
    return this.person("authenticate", () => this.#settings.authenticate(request));
  }

  /** A person from outside the handler, checked. */
  person(what: string, ask: () => unknown): Promise<Person | undefined> {
    return this.#ask(what, ask, (said) => (said === null || said === undefined ? undefined : personIn(said)));
  }

  /** Whether somebody may do something. Only `true` says so. */
  async may(question: AccessQuestion): Promise<boolean> {
    const said = await this.#ask(
      "authorize",
      () => this.#settings.authorize(question),
      (answer) => answer === true,
    );
    return said === true;
  }

  async #ask<Value>(what: string, ask: () => unknown, read: (said: unknown) => Value): Promise<Value | undefined> {
    try {
      return read(await inTime(what, this.#settings, ask));
    } catch (error) {
      this.#settings.onError(error, what);
      return undefined;
    }
  }
}

function personIn(said: unknown): Person {
  const read = personSchema.safeParse(said);
  if (read.success) return read.data;
  // Which field is wrong, and not what it holds: whoever runs the handler mends it, and the rest of the process may log it.
  throw new TypeError(`expected a person, { id, roles }, or null: ${formatIssues(read.error.issues)}`);
}
