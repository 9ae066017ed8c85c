import { Temporal } from "temporal-polyfill";
import * as z from "zod";

/** When what was approved may take effect: in opening hours, and not in a freeze. Wall times of one zone. */
export interface ReleaseWindow {
  /** The IANA time zone of every time here, for example `Europe/Vienna`. */
  readonly zone: string;
  /** When it may take effect; one of them is enough. @default at any time */
  readonly open?: readonly OpeningHours[];
  /** When it may not, whatever is open. */
  readonly freezes?: readonly Freeze[];
}

/** Hours of some days of each week. */
export interface OpeningHours {
  /** The days on which they begin. @default every day */
  readonly days?: readonly Weekday[];
  /** The first minute, for example `09:00`. */
  readonly from: string;
  /** The minute after the last one, for example `17:00`. At or before `from` it is that of the next day. */
  readonly to: string;
}

/** A day of the week. */
export type Weekday = (typeof weekdays)[number];

/** A time in which nothing takes effect. */
export interface Freeze {
  /** Its first minute, for example `2030-12-20T18:00`. */
  readonly from: string;
  /** The minute after its last one. */
  readonly to: string;
  readonly why: string;
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as "09:00"');
const dateTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'expected a date and time such as "2030-12-20T18:00"')
  .refine((text) => isParsed(() => Temporal.PlainDateTime.from(text, { overflow: "reject" })), {
    error: "expected a date and time that exists",
  });

/** The schema of {@link ReleaseWindow}. */
export const releaseWindowSchema = z.strictObject({
  zone: z.string({ error: 'expected an IANA time zone, such as "Europe/Vienna": it is required' }).refine(
    // Offsets never change with the season, which is what a zone is for.
    (zone) =>
      /^[A-Za-z]/.test(zone) && isParsed(() => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)),
    { error: 'expected an IANA time zone, such as "Europe/Vienna"' },
  ),
  open: z
    .array(
      z.strictObject({
        days: z
          .array(z.enum(weekdays))
          .min(1, "expected at least one day")
          .default([...weekdays]),
        from: time,
        to: time,
      }),
    )
    .min(1, "expected hours in which it is open, or nothing at all")
    .optional(),
  freezes: z
    .array(
      z
        .strictObject({ from: dateTime, to: dateTime, why: z.string().trim().min(1).max(500) })
        .refine(({ from, to }) => from < to, { path: ["to"], error: "expected a time after from" }),
    )
    .default([]),
});

/** {@link ReleaseWindow}, as its schema returns it. */
export type ParsedWindow = z.output<typeof releaseWindowSchema>;

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The first instant from `fromMs` on at which a window is open, in milliseconds since the epoch; `undefined` where there is none
 * before `untilMs`. Pure.
 *
 * Where clocks are changed, a wall time that comes twice is the second where a freeze ends, else the first. One that is left out is as
 * much later as the clocks are set forward where hours begin or a freeze ends, and as much earlier where hours end or a freeze begins.
 */
export function nextOpening(window: ParsedWindow, fromMs: number, untilMs: number): number | undefined {
  const freezes = freezesOf(window);
  let at = fromMs;
  while (at < untilMs) {
    const opening = nextOpenHour(window, at);
    if (opening === undefined) return undefined;
    const freeze = freezes.find(({ from, to }) => from <= opening && opening < to);
    if (!freeze) return opening < untilMs ? opening : undefined;
    at = freeze.to;
  }
  return undefined;
}

/** When a window that is open at an instant closes, in milliseconds since the epoch; `undefined` where it never does. Pure. */
export function closingOf(window: ParsedWindow, openMs: number): number | undefined {
  const freezes = freezesOf(window).flatMap(({ from }) => (from > openMs ? [from] : []));
  const end = Math.min(endOfHours(window, openMs), ...freezes);
  return Number.isFinite(end) ? end : undefined;
}

// Hours may follow on one another, and those of two weeks that do so without an end have none.
function endOfHours(window: ParsedWindow, at: number): number {
  if (window.open === undefined) return Number.POSITIVE_INFINITY;
  const spans = spansAround(window, at).toSorted((a, b) => a.from - b.from);
  const end = spans.reduce((until, { from, to }) => (from <= until && until < to ? to : until), at);
  return end === Math.max(...spans.map(({ to }) => to)) ? Number.POSITIVE_INFINITY : end;
}

function freezesOf({ zone, freezes }: ParsedWindow): readonly Span[] {
  return freezes.map(({ from, to }) => ({
    from: instantOf(Temporal.PlainDateTime.from(from), zone, "earlier"),
    to: instantOf(Temporal.PlainDateTime.from(to), zone, "later"),
  }));
}

function nextOpenHour(window: ParsedWindow, at: number): number | undefined {
  if (window.open === undefined) return at;
  const spans = spansAround(window, at).filter(({ to }) => at < to);
  return spans.length === 0 ? undefined : Math.min(...spans.map(({ from }) => Math.max(from, at)));
}

function spansAround(window: ParsedWindow, at: number): readonly Span[] {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(window.zone).toPlainDate();
  // From yesterday's night on; in two weeks each day comes on which no clock is changed.
  const days = Array.from({ length: 16 }, (_, index) => today.add({ days: index - 1 }));
  // What begins or ends in an hour that is left out may be left with nothing between its beginning and its end.
  return days.flatMap((date) => spansOf(window, date)).filter(({ from, to }) => from < to);
}

function spansOf({ zone, open = [] }: ParsedWindow, date: Temporal.PlainDate): readonly Span[] {
  return open
    .filter(({ days }) => days.some((day) => weekdays.indexOf(day) + 1 === date.dayOfWeek))
    .map(({ from, to }) => ({
      from: instantOf(onDay(date, from), zone, "compatible"),
      to: instantOf(onDay(to > from ? date : date.add({ days: 1 }), to), zone, "earlier"),
    }));
}

function onDay(date: Temporal.PlainDate, wallTime: string): Temporal.PlainDateTime {
  return date.toPlainDateTime(Temporal.PlainTime.from(wallTime));
}

function instantOf(
  wallTime: Temporal.PlainDateTime,
  zone: string,
  disambiguation: "compatible" | "earlier" | "later",
): number {
  return wallTime.toZonedDateTime(zone, { disambiguation }).epochMilliseconds;
}

function isParsed(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
