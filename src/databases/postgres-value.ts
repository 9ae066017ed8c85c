import type { Json } from "../gate/json.js";

type Reader = (text: string) => Json;

const text: Reader = (value) => value;
const integer: Reader = (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
const float: Reader = (value) => (Number.isFinite(Number(value)) ? Number(value) : value);
const instant: Reader = (value) =>
  /^\d{4,}-/.test(value) && !value.endsWith("BC") ? value.replace(" ", "T").replace(/\+00(?::?00)?$/, "Z") : value;

/** By the server's type ids (pg_type.oid), which never change. Whatever is not here stays the server's text. */
const readers: Readonly<Record<number, Reader>> = {
  16: (value) => value === "t",
  17: (value) => Buffer.from(value.slice("\\x".length), "hex").toString("base64"),
  20: integer,
  21: integer,
  23: integer,
  26: integer,
  114: (value) => JSON.parse(value) as Json,
  700: float,
  701: float,
  1114: instant,
  1184: instant,
  3802: (value) => JSON.parse(value) as Json,
};

/** The type parsers of a query: JSON that loses nothing, on a session whose time zone is UTC and whose dates are ISO. */
export const exactTypes = {
  getTypeParser: (oid: number): Reader => readers[oid] ?? text,
};
