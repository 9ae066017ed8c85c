import { ours } from "./ours.js";
import { peers } from "./peers.js";
import { medianMinute, minutesOf, shareBy, type Place, type Results } from "./results.js";
import { scenarioKeys, scenarios, type ScenarioKey } from "./scenarios.js";
import { targets } from "./targets.js";

/** The figures of a run as Markdown. */
export function report(results: Results, traffic: readonly number[]): string {
  const error = (share: number) => `${(196 * Math.sqrt((share * (1 - share)) / results.traces)).toFixed(1)} points`;
  const lines = [
    `Seed ${results.seed}, ${results.traces.toLocaleString("en")} traces a cell, error rates of 5 %, a look a minute. 95 times of 100 a figure of`,
    `2 % is off by less than ${error(0.02)}, and one of 40 % by less than ${error(0.4)}.`,
    "",
    "### Targets",
    "",
    "| target | found | holds |",
    "| --- | --- | --- |",
    ...targets(results).map(({ text, found, holds }) => `| ${text} | ${found} | ${holds ? "yes" : "**no**"} |`),
  ];
  for (const perMinute of traffic) {
    lines.push(
      "",
      `### Rolled back, ${perMinute} requests a minute per arm`,
      "",
      "Harmless releases: how many were rolled back. Harmful ones: the median minute of the rollback (how many by the end).",
      "",
      ...table(
        results,
        perMinute,
        "rollback",
        [...ours, ...peers].map(({ name }) => name),
      ),
      "",
      `### Promoted, ${perMinute} requests a minute per arm`,
      "",
      "How many were promoted by the end, and the median minute where half were. Without a margin no change is exactly on the margin,",
      "and every promotion there is an error of the test.",
      "",
      ...table(
        results,
        perMinute,
        "promote",
        ours.map(({ name }) => name),
      ),
    );
  }
  return lines.join("\n");
}

function table(results: Results, perMinute: number, decision: Place["decision"], judges: readonly string[]): string[] {
  return [
    `| | ${scenarioKeys.map((key) => scenarios[key].name).join(" | ")} |`,
    `| --- |${" --- |".repeat(scenarioKeys.length)}`,
    ...judges.map(
      (judge) =>
        `| ${judge} | ${scenarioKeys.map((key) => figure(results, { judge, key, perMinute, decision })).join(" | ")} |`,
    ),
  ];
}

function figure(results: Results, place: Place & { readonly key: ScenarioKey }): string {
  if (minutesOf(results, place) === null) return "–";
  const share = `${(100 * shareBy(results, place)).toFixed(1)} %`;
  const median = medianMinute(results, place);
  if (place.decision === "promote") return median === null ? share : `${share}, ${median}`;
  if (scenarios[place.key].isHarmless) return share;
  return `${median ?? `> ${scenarios[place.key].looks}`} (${share})`;
}
