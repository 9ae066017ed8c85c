import type { Json } from "../../../gate/json.js";

/** Why something is no instant: it is no time at all, a date, or a time of no zone. */
export type InstantFault = "no time" | "a date" | "no zone";

const pattern =
  /^(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(Z|UTC|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d){0,2})?$/;

/** Reads a time as nanoseconds since the epoch, exactly; one that names no zone as of `zone`, or not at all. */
export function parseInstant(value: Json, zone?: string): bigint | InstantFault {
  if (typeof value !== "string") return "no time";
  if (isDate(value)) return "a date";
  const match = pattern.exec(value);
  if (!match) return "no time";
  const [, date = "", hours, minutes, seconds = 0, fraction = "", own = zone] = match;
  if (!isDate(date)) return "no time";
  if (own === undefined) return "no zone";
  const offset = offsetOf(own);
  if (offset === undefined) return "no time";
  const ofDay = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  const ofEpoch = Date.parse(`${date}T00:00:00Z`) / 1_000 + ofDay - offset;
  // By its zone it may be of a year that is not written with four digits.
  if (ofEpoch < earliest || ofEpoch > latest) return "no time";
  return BigInt(ofEpoch) * perSecond + BigInt(fraction.padEnd(9, "0"));
}

const earliest = Date.parse("0000-01-01T00:00:00Z") / 1_000;
const latest = Date.parse("9999-12-31T23:59:59Z") / 1_000;
const perSecond = 1_000_000_000n;
const perMs = 1_000_000n;

/** Writes an instant as ISO 8601 in UTC, with as many digits as it needs. */
export function instantText(instant: bigint): string {
  const fraction = ((instant % perSecond) + perSecond) % perSecond;
  const whole = new Date(Number((instant - fraction) / perMs)).toISOString().slice(0, "2026-01-01T00:00:00".length);
  const digits = String(fraction).padStart(9, "0").replace(/0+$/, "");
  return `${whole}${digits === "" ? "" : `.${digits}`}Z`;
}

/** Milliseconds as an instant is counted. */
export function nanosecondsOf(ms: number): bigint {
  const whole = Math.trunc(ms);
  return BigInt(whole) * perMs + BigInt(Math.round((ms - whole) * Number(perMs)));
}

/** For a person: as many milliseconds, about. */
export function millisecondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds) / Number(perMs);
}

/** Whether there is such a day: no month has a 31st of its neighbour. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Seconds east of Greenwich. */
function offsetOf(zone: string): number | undefined {
  if (zone === "Z" || zone === "UTC") return 0;
  // Some cities had their own time, to the second, before there were zones.
  const match = /^([+-])(\d\d)(?::?([0-5]\d)(?::?([0-5]\d))?)?$/.exec(zone);
  if (!match) return undefined;
  const [, sign, hours, minutes = 0, seconds = 0] = match;
  if (Number(hours) > 15) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
}
