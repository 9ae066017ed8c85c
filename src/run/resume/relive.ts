import { setImmediate } from "node:timers/promises";
import type { PastAnswer, PastEvent, PastLines } from "../record/past-lines.js";
import type { RecordEvent } from "../record/record-event.js";
import { isLeft } from "../record/settled-receipt.js";
import { answerOf, isTaken } from "./past-answer.js";
import { happenedAt, isSameStep, outcomeOf } from "../record/recorded-step.js";
import { noLongerNeeded } from "../record/no-longer-needed.js";
import { isRemindedFirst, overBefore } from "./over-before.js";
import { planPath } from "../record/plan-path.js";
import type { Parked, ResumeHost, Sleep } from "./resume-host.js";
import { parseRoundKey, roundPath } from "../record/round-key.js";
import { isLimitOf, isOwnLimitOf, isOwnSleep, isWaivableOf, isWaiverOf, ownerOfWait } from "../record/wait-key.js";

/** What is executed again, and how. */
export interface Reliving {
  readonly past: PastLines;
  readonly host: ResumeHost;
  /** Does again what somebody did from outside the run. */
  readonly redo: (event: RecordEvent) => void;
  /** Lets a run that is about to promote look again whether it may, as another process did. */
  readonly lookAgain: () => void;
  /** What comes now was written by another process than what came before; `carrier` is its number. */
  readonly changeHands: (carrier: number) => void;
}

/**
 * Lets a run come to the end of its record again: line by line, whatever led to a line is let go, and nothing else that has to do
 * with other gates. Whether it came to other lines than before, `past` says.
 */
export async function relive(reliving: Reliving): Promise<void> {
  const { past, host } = reliving;
  const relived = new Reliver(reliving);
  let carrier = 0;
  for (;;) {
    await quiet();
    past.checkOrder();
    const next = past.next();
    if (past.mismatch || !next) return;
    host.timeIs(Date.parse(next.at));
    if (past.carrierOf(next.index) !== carrier) reliving.changeHands((carrier = past.carrierOf(next.index)));
    if (past.leaveOut(next)) continue;
    if (relived.letGoBefore(next) || relived.letGo(next) || relived.lookAgain(next) || past.setAside(next)) continue;
    past.differs(next.index + 1, `nothing leads to ${next.type}${"gate" in next ? ` of gate "${next.gate}"` : ""}`);
  }
}

// Everything happens that needs nothing from outside: two turns, as what one turn of promises sets off may use another.
async function quiet(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

class Reliver {
  readonly #past: PastLines;
  readonly #host: ResumeHost;
  readonly #redo: (event: RecordEvent) => void;
  /** The lines whose answers were given already, to gates that look something up before they take one. */
  readonly #given = new Set<number>();
  readonly #lookAgain: () => void;

  constructor({ past, host, redo, lookAgain }: Reliving) {
    this.#past = past;
    this.#host = host;
    this.#redo = redo;
    this.#lookAgain = lookAgain;
  }

  /** Looks whether what the run does just before it promotes leads to a line. */
  lookAgain({ index }: PastEvent): boolean {
    this.#lookAgain();
    return this.#past.next()?.index !== index;
  }

  /** Lets the first go of what was over before a line, and wrote none; `false` where nothing was. */
  letGoBefore(next: PastEvent): boolean {
    return settle(overBefore(next, this.#host.parked, this.#past));
  }

  /** Lets go what leads to a line; `false` where nothing does. */
  letGo(next: PastEvent): boolean {
    switch (next.type) {
      case "step:recorded": {
        const step = this.#host.parked.find((one) => one.kind === "step" && isSameStep(next, one.address));
        if (step?.kind !== "step") return this.#advance(next.gate, next);
        step.settle(outcomeOf(next));
        return true;
      }
      case "gate:answered":
      case "gate:refused":
        return this.#answer(next);
      case "gate:started":
        return settle(this.#sleeps().find(({ key }) => isRound(key, next.gate)));
      case "gate:settled":
        return this.#settle(next);
      case "gate:lapsed":
        return this.#ofItselfOrInTime(next, ({ key }) => isOwnLimitOf(key, next.gate));
      case "gate:measured":
      case "gate:waiting":
        return this.#advance(next.gate, next);
      case "run:started":
      case "run:decided":
      case "answer:refused":
      case "inbox:refused":
      case "override:refused":
        return false;
      case "run:cancelled":
      case "run:faulted":
      case "gate:withdrawn":
      case "gate:waived":
      case "run:bypassed":
        return this.#doAgain(next);
      case "gate:upheld":
        // The wait for somebody to waive it is over, or all the time that the gate, one around it, or the run has.
        if (next.by === undefined) {
          return this.#endOne(next, ({ key }) => isWaivableOf(key, next.gate) || isLimitOf(key, next.gate));
        }
        return this.#doAgain(next);
      case "gate:waivable":
        return this.#advance(next.gate, next);
      case "waiver:lapsed":
        return this.#endOne(next, ({ key }) => isWaiverOf(key, next.gate));
      case "run:consumed":
      case "consume:refused":
        return false;
    }
  }

  // What the run refuses now, or did already, leads to no line, and would be tried for ever.
  #doAgain(next: PastEvent): boolean {
    this.#redo(next);
    return this.#past.next()?.index !== next.index;
  }

  #answer(next: PastEvent & PastAnswer): boolean {
    if (isLeft(next)) return this.#leave(next);
    if (this.#given.has(next.index)) return this.#advance(next.gate, next);
    return this.#give(next.gate, next) || this.#advance(next.gate, next);
  }

  // Answers that nobody took are refused as their gate settles: what settles it comes after them.
  #leave(next: PastEvent): boolean {
    const settles = this.#past.after(next.index, (event) => !isLeft(event));
    return settles !== undefined && this.letGo(settles);
  }

  #give(gate: string, line: PastEvent & PastAnswer): boolean {
    const asked = this.#host.parked.find((one) => one.kind === "answer" && one.gate === planPath(gate));
    if (asked?.kind !== "answer") return false;
    this.#given.add(line.index);
    asked.settle(answerOf(line));
    return true;
  }

  /** Lets a gate go on with what it waits for by itself. */
  #advance(gate: string, next: PastEvent): boolean {
    const { parked } = this.#host;
    const isLater = isRemindedFirst(gate, next, parked, this.#past);
    const endOwnSleep = () => this.#endOne(next, (sleep) => isOwnSleep(sleep.key) && ownerOfWait(sleep.key) === gate);
    if (isLater && this.#past.late.has(gate) && endOwnSleep()) return true;
    if (!isLater && settle(parked.find((one) => one.kind === "stored" && one.gate === gate))) return true;
    const answer = this.#past.after(next.index, (event) => isTaken(event) && event.gate === gate);
    if (answer && isTaken(answer) && !this.#given.has(answer.index) && happenedAt(answer) <= Date.parse(next.at)) {
      if (this.#give(gate, answer)) return true;
    }
    return endOwnSleep();
  }

  #settle(next: PastEvent & { readonly type: "gate:settled" }): boolean {
    const { status, attempt, reason } = next.finding;
    const isLimit = ({ key }: Sleep) => isLimitOf(key, next.gate);
    // No gate cancels itself: what comes first is the time of what is around it, and neither its own, which may have been up as well, nor
    // an answer that it had come to by then. Where the verdict did, whatever was over by then did not.
    const isAround = (sleep: Sleep) => isLimit(sleep) && !isOwnLimitOf(sleep.key, next.gate);
    const isByVerdict = reason.includes(noLongerNeeded);
    if (status === "cancelled") return (!isByVerdict && this.#endOne(next, isAround)) || this.#advance(next.gate, next);
    if (status === "expired") return this.#endOne(next, isLimit) || this.#goOn(next);
    // One that had passed, and was being asked again when the time around it was up, is inconclusive; its own time lets it lapse, or expire.
    if (status === "inconclusive" && attempt > 1) return this.#ofItselfOrInTime(next, isAround);
    return this.#goOn(next) || this.#endOne(next, isLimit);
  }

  // What a gate said before its time was up is too late where it is heard after that: where nobody carried the run, or it waited for others.
  #ofItselfOrInTime(next: PastEvent & { readonly gate: string }, isLimit: (sleep: Sleep) => boolean): boolean {
    const wasOver = (sleep: Sleep) => sleep.until < Date.parse(next.at) && isLimit(sleep);
    return this.#endOne(next, wasOver) || this.#goOn(next) || this.#endOne(next, isLimit);
  }

  /** Lets a gate go on that says something by itself. */
  #goOn(next: PastEvent & { readonly gate: string }): boolean {
    const { gate } = next;
    // One that has come to its answer waits for nothing more.
    return (
      settle(this.#host.parked.find((one) => one.kind === "turn" && one.gate === gate)) || this.#advance(gate, next)
    );
  }

  /** Ends the wait that is over first, of some. */
  #endOne(next: PastEvent, isMeant: (sleep: Sleep) => boolean): boolean {
    const at = Date.parse(next.at);
    const over = this.#sleeps().filter((sleep) => sleep.until <= at && isMeant(sleep));
    return settle(over.toSorted((a, b) => a.until - b.until)[0]);
  }

  #sleeps(): readonly Sleep[] {
    return this.#host.parked.filter((one) => one.kind === "sleep");
  }
}

function settle(one: Parked | undefined): boolean {
  if (one === undefined || one.kind === "step" || one.kind === "answer") return false;
  one.settle();
  return true;
}

function isRound(key: string, address: string): boolean {
  const wait = parseRoundKey(key);
  return wait !== undefined && roundPath(wait.path, wait.attempt, wait.round) === address;
}
