import { counted } from "../counted.js";
import { numberText } from "../number-text.js";
import type { Panel } from "./panel.js";
import type { PlottedSample } from "./plotted-sample.js";

/** How often something was seen in a panel, and the mark that stands for it. */
export interface Count {
  readonly mark: "good" | "bad" | "unknown" | "missing";
  readonly text: string;
}

/** What the marks of a panel mean, and how many there are. */
export function countsOf({ samples, series }: Panel): readonly Count[] {
  const having = (status: PlottedSample["status"]) => samples.filter((sample) => sample.status === status);
  const unknown = having("unknown").filter(({ value }) => value !== null).length;
  // Of several lines, one is there to be compared with: what is not good is what counts.
  const good = series.length === 1 ? having("good").length : 0;
  const bad = having("bad").length;
  const missing = samples
    .filter(({ value, status }) => value === null && status !== "bad")
    .map(({ missing: kind }) => kind);
  const counts: readonly Count[] = [
    { mark: "good", text: good === 0 ? "" : `${good} good` },
    { mark: "bad", text: bad === 0 ? "" : `${bad} bad` },
    { mark: "unknown", text: unknown === 0 ? "" : `${unknown} undecided` },
    { mark: "missing", text: missing.length === 0 ? "" : `not measured: ${counted(missing)}` },
  ];
  return counts.filter(({ text }) => text !== "");
}

/** A panel in one sentence, for those who do not see it. */
export function describePanel(panel: Panel): string {
  const { caption, series, unit, bound, samples } = panel;
  const words = [
    `${samples.length} ${samples.length === 1 ? "sample" : "samples"}`,
    ...countsOf(panel).map(({ text }) => text),
    ...series.map((one) => rangeText(one.name, one.samples, unit)),
    bound.text === "" ? "" : `bound: ${bound.text}`,
  ];
  return `${caption}: ${words.filter((text) => text !== "").join(", ")}.`;
}

function rangeText(name: string, samples: readonly PlottedSample[], unit: string): string {
  const values = samples.flatMap(({ value }) => (value === null ? [] : [value]));
  const [first] = values;
  if (first === undefined) return "";
  const low = values.reduce((least, value) => Math.min(least, value), first);
  const high = values.reduce((most, value) => Math.max(most, value), first);
  const shown = low === high ? numberText(low) : `from ${numberText(low)} to ${numberText(high)}`;
  return [name, shown, unit].filter((text) => text !== "").join(" ");
}
