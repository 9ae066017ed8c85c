import type { Prospect } from "../../decision/prospect.js";
import type { RunScope } from "../live/run-scope.js";
import type { GateNode } from "./gate-node.js";

/** What a node tells the one above it. */
export interface ParentNode {
  /** A gate's range has become smaller, or it has settled; `before` is what it was. */
  childChanged(child: GateNode, before: Prospect): void;
  /** A settled gate is being asked again, as its finding is stale. */
  childReopened(child: GateNode, before: Prospect): void;
  /** Somebody has waived a gate, settled or not, or one inside it. */
  childWaived(child: GateNode, before: Prospect): void;
  /** A gate that goes on has given a first good answer. */
  childIsGoodForNow(child: GateNode): void;
  /** Whether anything may still come of asking a gate again that has passed: not where what is around it has decided without it. */
  mayReopen(child: GateNode): boolean;
  /** A gate inside is asked again, as somebody took something back: what is decided without it is so at once. */
  reconsider(): void;
  /** Whether gates start only when this one has given a good answer. */
  isWaitedFor(child: GateNode): boolean;
  /**
   * Something is about to be believed: ends what has no time left for it, from the outermost gate on. `asOf` says when it came to be, where
   * that was before it was heard of (milliseconds since the epoch).
   *
   * Returns, where it came too late and what came in time is still being heard, what resolves when that is over: to be asked again then.
   */
  checkTime(asOf?: number): Promise<void> | undefined;
}

/** Where a node stands in its run. */
export interface NodePlace {
  readonly run: RunScope;
  readonly path: string;
  readonly parent: ParentNode;
  /** Whether the gate, or one around it, is reported and never decides. */
  readonly isAdvisory: boolean;
  /** Whether the gates in it go on after they can no longer change its decision, for the report. */
  readonly settlesAll: boolean;
}
