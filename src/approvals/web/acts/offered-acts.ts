import type { GateState } from "../../../run/record/run-state.js";
import type { Desk } from "../desk.js";
import type { Person } from "../person.js";
import type { VisibleRun } from "../runs.js";
import type { Act } from "./act.js";
import { actStanding, type ActStanding } from "./act-standing.js";

// More of them nobody looks through on a page; each can be asked for by its address.
const mostGates = 25;

/** What a person may do about a run now: for its gates, about those that did not promote. */
export async function offeredActs(desk: Desk, person: Person, run: VisibleRun): Promise<readonly ActStanding[]> {
  const { acts } = desk.settings;
  if (acts.length === 0 || run.state.decided) return [];
  const gates = [...run.state.gates.values()].filter(isInTheWay).slice(0, mostGates);
  const wanted: readonly (readonly [act: Act, path: string])[] = [
    ...gates.flatMap(({ path }) => [["waive", path] as const, ["uphold", path] as const]),
    ["bypass", ""],
    ["cancel", ""],
  ];
  const possible = wanted
    .filter(([act]) => acts.includes(act))
    .flatMap(([act, path]) => actStanding(run, person, act, path) ?? [])
    .filter(({ whyNot }) => whyNot === undefined);
  const allowed = await Promise.all(possible.map((standing) => mayAct(desk, standing)));
  return possible.filter((_, index) => allowed[index]);
}

/** Whether somebody may do that: the act is turned on, and whoever knows says so. */
export async function mayAct(desk: Desk, { person, act, run, gate }: ActStanding): Promise<boolean> {
  if (!desk.settings.acts.includes(act)) return false;
  const about = { person, action: act, runId: run.runId, release: run.started.release };
  if (!gate) return desk.access.may(about);
  const may = await Promise.all(setAside(run, act, gate).map((path) => desk.access.may({ ...about, gate: path })));
  return may.every(Boolean);
}

// Whoever waives a composite sets aside what the gates inside it have found: nobody gets around a right by the gate above.
function setAside(run: VisibleRun, act: Act, gate: GateState): readonly string[] {
  if (act !== "waive") return [gate.path];
  return [...run.state.gates.keys()].filter((path) => path === gate.path || path.startsWith(`${gate.path}/`));
}

function isInTheWay({ finding, waivableUntil, isAdvisory }: GateState): boolean {
  return !isAdvisory && (waivableUntil !== undefined || (finding !== undefined && finding.decision !== "promote"));
}
