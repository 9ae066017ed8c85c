import { EventEmitter } from "eventemitter3";
import type { RecordHead } from "../record/inspect-record.js";
import type { RecordEvent } from "../record/record-event.js";
import { messageOf } from "../host/step-error.js";

/** What listeners of a run are told, by the event's type. `event` is told everything that is recorded. */
export type RunEvents = {
  readonly [Type in RecordEvent["type"]]: Extract<RecordEvent, { readonly type: Type }>;
} & {
  readonly event: RecordEvent;
  /** How far the record goes, once its verdict is stored, and after whatever became of that: to be kept where nobody can change it. */
  readonly "record:head": HeadEvent;
  /** A listener threw, or its promise was rejected. The run goes on. */
  readonly "listener:error": ListenerError;
};

/** How far the record of a run goes. `verifyRecord` takes it as `head`. */
export interface HeadEvent extends RecordHead {
  readonly type: "record:head";
  readonly runId: string;
}

/** A listener that failed. */
export interface ListenerError {
  readonly type: "listener:error";
  /** The type of the event it was told. */
  readonly event: string;
  readonly message: string;
  readonly error: unknown;
}

/** Listens to one type of event. What it throws, or rejects with, hurts nobody. */
export type RunListener<Type extends keyof RunEvents> = (event: RunEvents[Type]) => unknown;

type Listener = (event: unknown) => void;

/** Tells listeners what happens in a run, and keeps them from hurting it. */
export class RunEmitter {
  readonly #emitter = new EventEmitter<string>();
  readonly #guards = new Map<unknown, Map<string, Listener>>();
  readonly #untold: RecordEvent[] = [];
  #isTelling = false;

  /** Tells `listener` of every event of a type. Returns what ends that. */
  on<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): () => void {
    const guards = this.#guards.get(listener) ?? new Map<string, Listener>();
    if (!guards.has(type)) {
      const guard: Listener = (event) => this.#tell(type, listener as (event: unknown) => unknown, event);
      this.#guards.set(listener, guards.set(type, guard));
      this.#emitter.on(type, guard);
    }
    return () => this.off(type, listener);
  }

  /** Tells `listener` no more. */
  off<Type extends keyof RunEvents>(type: Type, listener: RunListener<Type>): void {
    const guard = this.#guards.get(listener)?.get(type);
    if (!guard) return;
    this.#emitter.off(type, guard);
    const guards = this.#guards.get(listener);
    guards?.delete(type);
    if (guards?.size === 0) this.#guards.delete(listener);
  }

  /** Whether anybody listens to a type of event. */
  hears(type: RecordEvent["type"]): boolean {
    return this.#emitter.listenerCount(type) + this.#emitter.listenerCount("event") > 0;
  }

  /** Tells everybody, one event after the other. Never throws. */
  emit(event: RecordEvent): void {
    this.#untold.push(event);
    // A listener that cancels the run makes events while it is told one; everybody hears them in the order of the record.
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let next = this.#untold.shift(); next; next = this.#untold.shift()) {
      this.#emitter.emit(next.type, next);
      this.#emitter.emit("event", next);
    }
    this.#isTelling = false;
  }

  /** Tells how far the record goes. Never throws. */
  tellHead(head: HeadEvent): void {
    this.#emitter.emit(head.type, head);
  }

  #tell(type: string, listener: (event: unknown) => unknown, event: unknown): void {
    const failed = (error: unknown) => this.#report(type, error);
    try {
      const result = listener(event);
      if (isThenable(result)) Promise.resolve(result).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #report(type: string, error: unknown): void {
    // A listener for failed listeners that fails itself has nobody left to tell.
    if (type === "listener:error") return;
    const report: ListenerError = { type: "listener:error", event: type, message: messageOf(error), error };
    this.#emitter.emit("listener:error", report);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
