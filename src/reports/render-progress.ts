import { decisions, rank } from "../decision/decision.js";
import type { DecisionRange } from "../decision/range.js";
import type { Status } from "../decision/status.js";
import type { RunSnapshot } from "../run/run.js";
import type { GateState } from "../run/record/run-state.js";
import { elapsed } from "./elapsed.js";
import { gateDetail } from "./gate-detail.js";
import { printable } from "./printable.js";
import { gateWord, statusMark } from "./status-word.js";
import { column, styledLine, widest, type Piece, type Style } from "./styled-line.js";
import { visibleGates } from "./visible-gates.js";

/** What a frame is drawn for. */
export interface ProgressView {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How wide a line may be. */
  readonly columns: number;
  /** How many lines there may be. */
  readonly rows: number;
  /** What stands before a gate that is running. */
  readonly spinnerFrame: string;
  readonly colour: boolean;
}

/** Draws where a run stands: a line a gate, as many as there is room for. Pure. */
export function renderProgress(snapshot: RunSnapshot, view: ProgressView): string {
  const { gates } = snapshot;
  const { shown, folded } = visibleGates(gates, view.rows - 1);
  const cells = shown.map((gate) => cellsOf(gate, gates, view));
  // A long name must not push aside what happened to it.
  const nameColumns = Math.min(widest(cells.map(({ name }) => name)), Math.max(8, Math.floor(view.columns * 0.4)));
  const wordColumns = widest(cells.map(({ word }) => word));
  const timeColumns = widest(cells.map(({ time }) => time));
  const lines = cells.map(({ name, word, time, detail, style }): readonly Piece[] => [
    { text: column(name, nameColumns) },
    { text: "  " },
    { text: column(word, wordColumns), style },
    { text: view.columns < narrow ? "  " : `  ${time.padStart(timeColumns)}  `, style: "gray" },
    { text: detail },
  ]);
  if (folded !== undefined && view.rows > 1) lines.push([{ text: folded, style: "gray" }]);
  return [headline(snapshot), ...lines].map((line) => styledLine(line, view.columns, view.colour).trimEnd()).join("\n");
}

function headline({ release, range }: RunSnapshot): readonly Piece[] {
  const { name, version, environment } = release;
  return [
    { text: printable(`${name} ${version} in ${environment}`), style: "bold" },
    { text: `  ${rangeText(range)}`, style: "gray" },
  ];
}

function rangeText({ best, worst }: DecisionRange): string {
  const words = decisions.filter((decision) => rank(decision) >= rank(best) && rank(decision) <= rank(worst));
  return words.length === 1 ? `decided: ${best}` : `still possible: ${words.join(", ")}`;
}

/** Below this, what a gate says is worth more than how long it took. */
const narrow = 60;

/** Deeper gates stand below one another, so that there is room for their names. */
const deepestIndent = 6;

interface Cells {
  readonly name: string;
  readonly word: string;
  readonly time: string;
  readonly detail: string;
  readonly style: Style;
}

function cellsOf(gate: GateState, gates: readonly GateState[], { now, spinnerFrame }: ProgressView): Cells {
  const { finding, state, isAdvisory } = gate;
  const mark = finding
    ? statusMark(finding.status)
    : state === "running"
      ? spinnerFrame
      : state === "waiting"
        ? "…"
        : "·";
  return {
    name: `${"  ".repeat(Math.min(gate.depth, deepestIndent))}${mark} ${printable(gate.name)}`,
    word: finding ? gateWord(finding, gate.waiver !== undefined) : isAdvisory ? `${state}, advisory` : state,
    time: elapsed(gate, now),
    detail: printable(gateDetail(gate, gates)),
    style: finding ? statusStyles[finding.status] : stateStyles[state],
  };
}

const statusStyles: Readonly<Record<Status, Style>> = {
  passed: "green",
  failed: "red",
  inconclusive: "yellow",
  errored: "yellow",
  expired: "yellow",
  skipped: "gray",
  cancelled: "gray",
};

const stateStyles: Readonly<Record<GateState["state"], Style>> = {
  pending: "gray",
  running: "cyan",
  waiting: "yellow",
  settled: "gray",
};
