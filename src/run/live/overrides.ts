import type { AnswerReceipt } from "../host/host.js";
import type { InboxMessage, OverrideMessage } from "../inbox/inbox-message.js";
import { overrideFrom, overrideWord, saidBy, type Override } from "../overrides/override.js";
import type { OverrideRights } from "../overrides/override-rights.js";
import type { OverrideSource } from "../overrides/override-source.js";
import { overdueFault } from "../overrides/not-after.js";
import { overrideError } from "../overrides/read-override.js";
import type { OverrideRefused, RecordEvent } from "../record/record-event.js";
import { overrideIn, sourceOf } from "../record/recorded-override.js";
import type { RunScope } from "./run-scope.js";
import { messageOf } from "../host/step-error.js";
import type { WaivableGates } from "../overrides/waivable-gates.js";
import type { WaiverDesk } from "./waiver-desk.js";

interface OverridesPlace {
  readonly run: Pick<RunScope, "append" | "stored" | "fault" | "host">;
  readonly desk: WaiverDesk;
  readonly gates: WaivableGates;
  readonly rights: OverrideRights;
  readonly redact: (text: string) => string;
  readonly allowBypass: boolean;
  /** What an engine carries it executes again, and would not find what came in here. */
  readonly isOnEngine: boolean;
  /** Resolves when the run has begun. */
  readonly begun: Promise<void>;
  /** Does something as one thing that happens in the run; not after its end. */
  readonly take: (act: () => void) => void;
  /** Whether what came at a time came after the time that the run has. Milliseconds since the epoch. */
  readonly isTooLate: (at: number) => boolean;
  /** When a message was given that the store took at a time. Milliseconds since the epoch. */
  readonly givenAt: (storedAt: number) => number;
  /** Ends every gate. */
  readonly stop: (reason: string) => void;
}

/** When a message came in; both in milliseconds since the epoch. */
interface When {
  /** When it was given. */
  readonly at: number;
  /** When the store took it, by its own clock; not a number where nobody knows. */
  readonly storedAt: number;
}

const verdictIsOut = { status: "refused", reason: "the verdict is out" } as const satisfies AnswerReceipt;

// Whoever tries more often than that in this process is not worth a line each. What comes through the inbox is capped there.
const mostRefused = 1_000;

/** What people do about the gates of a run while it goes: waive one, say that nobody does, bypass all. */
export class Overrides {
  readonly #place: OverridesPlace;
  #refused = 0;

  constructor(place: OverridesPlace) {
    this.#place = place;
  }

  /** Does what somebody in this process wants. Rejects with a `GateError` of code `OVERRIDE_INVALID` where it cannot be. */
  async give(type: Override["type"], given: unknown, { roles }: OverrideSource = {}): Promise<AnswerReceipt> {
    const { run, begun, isOnEngine, redact } = this.#place;
    const word = overrideWord(type);
    const onEngine = "the run is carried by an engine, and takes it by the engine's own ways";
    if (isOnEngine) throw overrideError(word, [{ message: onEngine }]);
    const source = roles === undefined ? {} : { roles };
    await begun;
    let override: Override;
    try {
      override = overrideFrom(type, given, redact);
      const fault = this.#faultOf(override);
      if (fault) throw overrideError(word, [fault]);
    } catch (error) {
      const said = readable(given);
      this.#take(() => this.#refuse(type, said, messageOf(error), source));
      throw error;
    }
    const refused = this.#refusalOf(override, source);
    const reason = refused instanceof Promise ? await refused : refused;
    const receipt = this.#judged(override, source, reason);
    // Nothing of that is recorded, and a verdict that is in doubt must not be written once more.
    if (receipt === verdictIsOut) return receipt;
    try {
      // What is not stored yet might be lost; nobody is told that it counts.
      await run.stored();
      return receipt;
    } catch (error) {
      run.fault(error);
      return { status: "refused", reason: "it could not be recorded" };
    }
  }

  /**
   * Does what somebody in another process wants, which the store took at a time (milliseconds since the epoch). What becomes of it stands in
   * the record.
   */
  take(message: InboxMessage & OverrideMessage, storedAt: number): void {
    const at = this.#place.givenAt(storedAt);
    const { id, ...told } = message;
    const source = { ...sourceOf({ ...told, messageId: id }), happenedAt: new Date(at).toISOString() };
    const fault = this.#faultOf(message);
    if (fault) this.#take(() => this.#refuse(message.type, saidBy(message), fault.message, source));
    else void this.#decide(message, source, { at, storedAt });
  }

  /** Does again what somebody did in a recorded run. */
  redo(event: RecordEvent): void {
    const override = overrideIn(event);
    if (override) this.#take(() => this.#do(override, sourceOf(event as OverrideSource)));
  }

  /** Asks whether somebody may, and does it then. */
  #decide(override: Override, source: OverrideSource, when?: When): AnswerReceipt | Promise<AnswerReceipt> {
    const refused = this.#overdue(source, when) ?? this.#refusalOf(override, source);
    // At once where nobody must be asked: what was said first counts first.
    return refused instanceof Promise
      ? refused.then((reason) => this.#judged(override, source, reason, when))
      : this.#judged(override, source, refused, when);
  }

  // The clock of the store may be ahead of the run's: whichever says that it is too late, it is.
  #overdue({ notAfter }: OverrideSource, { storedAt = Number.NaN }: Partial<When> = {}): string | undefined {
    return overdueFault(notAfter, this.#place.run.host.now()) ?? overdueFault(notAfter, storedAt);
  }

  #refusalOf(override: Override, { roles = [] }: OverrideSource): ReturnType<OverrideRights["refusalOf"]> {
    // "Fix it now" lets no release go on that would not: whoever gets here may say so.
    if (override.type === "uphold") return undefined;
    const { rights, gates } = this.#place;
    const { by, gate } = saidBy(override);
    const sought = { override: override.type, by, roles };
    return rights.refusalOf(gate === undefined ? sought : { ...sought, gates: gates.within(gate) });
  }

  #judged(override: Override, source: OverrideSource, reason: string | undefined, when?: When): AnswerReceipt {
    const { run, isTooLate } = this.#place;
    const at = when?.at;
    return this.#take(() => {
      const late = isTooLate(at ?? run.host.now()) ? "it came after the time that the run has" : undefined;
      // Whether somebody may was perhaps not known at once.
      const refused = this.#overdue(source, when) ?? reason ?? late;
      const receipt: AnswerReceipt =
        refused === undefined ? this.#do(override, source, at) : { status: "refused", reason: refused };
      return receipt.status === "refused"
        ? this.#refuse(override.type, saidBy(override), receipt.reason, source)
        : receipt;
    });
  }

  #do(override: Override, source: OverrideSource, at?: number): AnswerReceipt {
    const { desk, run, stop } = this.#place;
    switch (override.type) {
      case "waive":
        return desk.give(override.waiver, source, at);
      case "uphold":
        return desk.uphold(override.upheld, source, at);
      case "bypass":
        run.append({ type: "run:bypassed", bypass: override.bypass, ...source });
        stop(`${override.bypass.by} bypassed the gates`);
        return { status: "accepted" };
    }
  }

  #refuse(
    override: Override["type"],
    { gate, by, reason: because }: Partial<ReturnType<typeof saidBy>>,
    reason: string,
    source: OverrideSource,
  ): AnswerReceipt {
    const isCounted = source.messageId === undefined;
    if (isCounted) this.#refused += 1;
    if (!isCounted || this.#refused <= mostRefused) {
      const said = {
        ...(gate === undefined ? {} : { gate }),
        ...(by === undefined ? {} : { by }),
        ...(because === undefined ? {} : { because }),
      };
      const refused: OverrideRefused = { type: "override:refused", override, ...said, reason, ...source };
      this.#place.run.append(refused);
    }
    return { status: "refused", reason };
  }

  #take(act: () => AnswerReceipt): AnswerReceipt {
    let receipt: AnswerReceipt = verdictIsOut;
    try {
      this.#place.take(() => (receipt = act()));
      return receipt;
    } catch (error) {
      this.#place.run.fault(error);
      return { status: "refused", reason: "the run itself failed" };
    }
  }

  /** Why it cannot be in this run, whoever wants it. */
  #faultOf(override: Override): { readonly path?: readonly string[]; readonly message: string } | undefined {
    const { allowBypass, gates } = this.#place;
    if (override.type === "bypass") {
      const message = "the run was started without `allowBypass`, and its gates cannot be bypassed";
      return allowBypass ? undefined : { message };
    }
    const message = gates.faultOf(saidBy(override).gate ?? "");
    return message === undefined ? undefined : { path: ["gate"], message };
  }
}

// What is no override may be anything; what can be read of it says who wanted what.
function readable(given: unknown): Partial<ReturnType<typeof saidBy>> {
  const { gate, by, reason } = (given ?? {}) as { readonly [field: string]: unknown };
  return {
    ...(typeof gate === "string" ? { gate } : {}),
    ...(typeof by === "string" ? { by } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
  };
}
