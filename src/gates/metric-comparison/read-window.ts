import type { MeasuredWindow } from "../metric-threshold/metric-source.js";
import { requestsOf, type Arm, type ArmMeasure, type ArmsMeasure } from "./arm.js";
import type { Role } from "./arm-config.js";
import type { ComparisonSettings } from "./comparison-settings.js";
import { readValue, type WindowAnswer, type WindowValue } from "./read-value.js";
import { dropped, open, type WindowFault } from "./window-faults.js";

/** What all sources of both arms said of a window. */
export type WindowAnswers = Readonly<Record<Arm, Readonly<Partial<Record<Role, WindowAnswer>>>>>;

/** What became of a window. */
export type ReadWindow = WindowFault | { readonly class: "compared"; readonly arms: ArmsMeasure };

/** Reads a window of both arms. What cannot be compared has its reason, and is never a zero. */
export function readWindow(
  settings: Pick<ComparisonSettings, "split">,
  answers: WindowAnswers,
  asked: MeasuredWindow,
): ReadWindow {
  const [canary, baseline] = [readArm("canary", answers, asked), readArm("baseline", answers, asked)];
  // What is open may still come, and then shows whether it is of use.
  const faults = [canary, baseline].filter((arm) => "class" in arm);
  const fault = faults.find((one) => one.class === "dropped") ?? faults[0];
  if (fault) return fault;
  const arms = { canary, baseline } as ArmsMeasure;
  return emptyArm(arms) ?? swappedArms(settings.split, arms) ?? { class: "compared", arms };
}

function readArm(arm: Arm, answers: WindowAnswers, asked: MeasuredWindow): ArmMeasure | WindowFault {
  const values = new Map<string, WindowValue>();
  let fault: WindowFault | undefined;
  for (const [role, answer] of Object.entries(answers[arm])) {
    const value = readValue(answer, asked);
    if (!("class" in value)) values.set(role, value);
    // One that is dropped says more than one that is open: the window is lost, whatever still comes.
    else if (fault === undefined || value.class === "dropped") fault = { ...value, detail: `${arm}: ${value.detail}` };
  }
  return fault ?? measureOf(arm, values);
}

function measureOf(arm: Arm, values: ReadonlyMap<string, WindowValue>): ArmMeasure | WindowFault {
  const samples = values.get("samples");
  if (samples)
    return "samples" in samples ? samples : open("error", `${arm}: the source gives a value, and no samples`);
  const numbers: Partial<Record<Role, number>> = {};
  for (const [role, value] of values) {
    if (!("value" in value)) return open("error", `${arm}: the source of ${role} gives samples, and no value`);
    numbers[role as Role] = value.value;
  }
  return meanOf(arm, numbers) ?? countsOf(arm, numbers);
}

function meanOf(arm: Arm, { mean, sum, total }: Partial<Record<Role, number>>): ArmMeasure | WindowFault | undefined {
  if (total !== undefined && total < 0) return dropped("impossible", `${arm}: ${total} requests`);
  if (mean !== undefined) return total === undefined ? { mean } : { mean, total };
  if (sum === undefined || total === undefined) return undefined;
  return total === 0 ? open("no-traffic", `${arm}: no requests`) : { mean: sum / total, total };
}

function countsOf(
  arm: Arm,
  { events, slow, within, total = 0 }: Partial<Record<Role, number>>,
): ArmMeasure | WindowFault {
  const count = within === undefined ? (events ?? slow ?? 0) : total - within;
  if (count >= 0 && count <= total) return { events: count, total };
  const what = within === undefined ? `${count} events` : `${within} requests within the bound`;
  return dropped("impossible", `${arm}: ${what} of ${total} requests`);
}

/** Without requests in an arm there is nothing to compare yet. */
function emptyArm(arms: ArmsMeasure): WindowFault | undefined {
  const empty = (["canary", "baseline"] as const).find((arm) => requestsOf(arms[arm]) === 0);
  return empty && open("no-traffic", `${empty}: no requests`);
}

// Fewer requests are split as they happen to be.
const leastRequests = 100;

/** Where the canary has what was declared for the baseline, one was asked for the other. */
function swappedArms(split: ComparisonSettings["split"], arms: ArmsMeasure): WindowFault | undefined {
  const [canary, baseline] = [requestsOf(arms.canary), requestsOf(arms.baseline)];
  if (split === undefined || canary === undefined || baseline === undefined) return undefined;
  const [all, seen] = [canary + baseline, canary / (canary + baseline)];
  const { share } = split;
  // With shares near a half nobody can tell.
  const isOnTheOtherSide = Math.abs(share - 0.5) >= 0.1 && (share < 0.5 ? seen >= 1 - share : seen <= 1 - share);
  if (all < leastRequests || !isOnTheOtherSide) return undefined;
  return dropped("swapped", `the canary has ${percent(seen)} of the requests, declared are ${percent(share)}`);
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
