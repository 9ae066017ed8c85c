import type { ReleaseWindow } from "release-gates";

// Windows a second time: by a table of what a clock on the wall shows every quarter of an hour, made by Intl alone.

const quarter = 15 * 60_000;
const day = 86_400_000;
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export interface Span {
  readonly from: number;
  readonly to: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows, as if it showed UTC. Milliseconds. */
export function wallAt(zone: string, at: number): number {
  const options = { timeZone: zone, hourCycle: "h23", dateStyle: "short", timeStyle: "medium" } as const;
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat("sv-SE", options);
  clocks.set(zone, clock);
  return Date.parse(`${clock.format(at).replace(" ", "T")}Z`);
}

/** What the clock of a zone shows from one instant to another. */
export class WallClock {
  readonly #instants = new Map<number, number[]>();
  readonly #shown: readonly { readonly at: number; readonly wall: number }[];

  constructor(zone: string, { from, to }: Span) {
    const count = Math.ceil((to - from) / quarter);
    const instants = Array.from(
      { length: count },
      (_, index) => Math.floor(from / quarter) * quarter + index * quarter,
    );
    this.#shown = instants.map((at) => ({ at, wall: wallAt(zone, at) }));
    for (const { at, wall } of this.#shown) this.#instants.set(wall, [...(this.#instants.get(wall) ?? []), at]);
  }

  /** The days that are shown, as midnights. Those that are left out as well. */
  days(): readonly number[] {
    const walls = this.#shown.map(({ wall }) => Math.floor(wall / day) * day);
    const [first, last] = [Math.min(...walls) + day, Math.max(...walls) - 2 * day];
    return Array.from({ length: (last - first) / day + 1 }, (_, index) => first + index * day);
  }

  /** When a wall time is. One that comes twice is the first or the last; one that is left out is as much earlier or later as that is long. */
  instantOf(wall: number, twice: "first" | "last", leftOut: "earlier" | "later"): number {
    const known = this.#instants.get(wall) ?? [];
    const found = twice === "first" ? known[0] : known.at(-1);
    if (found !== undefined) return found;
    const index = this.#shown.findIndex((one, at) => one.wall > wall && (this.#shown[at - 1]?.wall ?? wall) < wall);
    const [before, after] = [this.#shown[index - 1], this.#shown[index]];
    if (!before || !after) throw new RangeError("the table is too short");
    const gap = after.wall - before.wall - quarter;
    return this.instantOf(wall + (leftOut === "later" ? gap : -gap), twice, leftOut);
  }
}

/** When a window is open between two instants, by what stands in the documentation of windows. */
export function openSpans({ zone, open = [], freezes = [] }: ReleaseWindow, { from, to }: Span): readonly Span[] {
  const clock = new WallClock(zone, { from: from - 6 * day, to: to + 6 * day });
  const hours = clock.days().flatMap((midnight) =>
    open
      .filter(({ days = weekdays }) => days.some((one) => one === weekdays[new Date(midnight).getUTCDay()]))
      .map((one) => ({
        from: clock.instantOf(midnight + timeOf(one.from), "first", "later"),
        to: clock.instantOf(midnight + (one.from < one.to ? 0 : day) + timeOf(one.to), "first", "earlier"),
      }))
      .filter((span) => span.from < span.to),
  );
  const frozen = freezes.map((one) => ({
    from: clock.instantOf(Date.parse(`${one.from}Z`), "first", "earlier"),
    to: clock.instantOf(Date.parse(`${one.to}Z`), "last", "later"),
  }));
  const isIn = (spans: readonly Span[], at: number) => spans.some((span) => span.from <= at && at < span.to);
  const spans: Span[] = [];
  for (let at = from; at < to; at += quarter) {
    if (!isIn(hours, at) || isIn(frozen, at)) continue;
    const last = spans.at(-1);
    if (last?.to === at) spans[spans.length - 1] = { from: last.from, to: at + quarter };
    else spans.push({ from: at, to: at + quarter });
  }
  return spans;
}

function timeOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 3_600_000 + minutes * 60_000;
}
