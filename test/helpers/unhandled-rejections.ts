import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach } from "vitest";

/** Fails each test of this file after which a rejected promise was left that nobody handles: it ends a process. */
export function failOnUnhandledRejections(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeEach(() => void process.on("unhandledRejection", note));
  afterEach(async () => {
    await setImmediate();
    process.off("unhandledRejection", note);
    const [first] = unhandled.splice(0);
    if (first !== undefined) throw new Error("a rejection was not handled", { cause: first });
  });
}
