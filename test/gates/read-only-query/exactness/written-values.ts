import fc from "fast-check";
import { shortestSingle } from "../../../../src/databases/mysql/shortest-single.js";
import type { Dialect } from "./engines.js";

/** One value as it is written to a database, and the one text that only equal values have. */
export interface WrittenValue {
  readonly same: string;
  readonly as: (dialect: Dialect) => string;
}

/** A type that several engines have, values of it, and what lies next to a value. */
export interface SharedType {
  readonly column: Readonly<Record<Dialect, string>>;
  /** Two values, written in two ways; often they are the same. */
  readonly pair: fc.Arbitrary<readonly [WrittenValue, WrittenValue]>;
}

const nothing: WrittenValue = { same: "NULL", as: () => "NULL" };

/** Pairs of values of which one may be NULL, the same as the other, next to it, or any. */
function pairsOf<Value>(
  value: fc.Arbitrary<Value>,
  next: (value: Value) => Value,
  written: (value: Value, isSecond: boolean) => WrittenValue,
): SharedType["pair"] {
  const how = fc.constantFrom("same", "same", "same", "next", "any", "null", "nulls");
  return fc.tuple(value, value, how).map(([one, any, relation]) => {
    if (relation === "nulls") return [nothing, nothing] as const;
    if (relation === "null") return [written(one, false), nothing] as const;
    const other = relation === "same" ? one : relation === "next" ? next(one) : any;
    return [written(one, false), written(other, true)] as const;
  });
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const padded = (value: bigint | number, width: number) => value.toString().padStart(width, "0");

/** A decimal of some digits behind the point, with as many zeros more as the column has. */
function decimalOf(digits: bigint, scale: number): string {
  const text = padded(digits < 0n ? -digits : digits, scale + 1);
  const point = text.length - scale;
  return `${digits < 0n ? "-" : ""}${text.slice(0, point)}${scale === 0 ? "" : `.${text.slice(point)}`}`;
}

const big = pairsOf(
  fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 2n), fc.bigInt(2n ** 53n - 3n, 2n ** 53n + 3n), fc.bigInt(-3n, 3n)),
  (value) => value + 1n,
  (value) => ({ same: String(value), as: () => (value === -(2n ** 63n) ? `(${value + 1n} - 1)` : String(value)) }),
);

const scale = 20;
const decimal = pairsOf(
  fc.oneof(
    fc.bigInt(-(10n ** 60n), 10n ** 60n),
    fc.bigInt(-5n, 5n),
    fc.bigInt(1n, 99n).map((n) => n * 10n ** 19n),
  ),
  (value) => value + 1n,
  (value) => ({
    same: String(value),
    as: (dialect) => {
      const text = decimalOf(value, scale);
      return dialect === "sqlite" ? quoted(text.replace(/\.?0+$/, "")) : text;
    },
  }),
);

const buffer = new DataView(new ArrayBuffer(8));
const nextDouble = (value: number) => {
  buffer.setFloat64(0, value);
  buffer.setBigInt64(0, buffer.getBigInt64(0) ^ 1n);
  return buffer.getFloat64(0);
};
const nextSingle = (value: number) => {
  buffer.setFloat32(0, value);
  buffer.setInt32(0, buffer.getInt32(0) ^ 1);
  return buffer.getFloat32(0);
};
const finite = { noNaN: true, noDefaultInfinity: true } as const;
// An odd last bit is flipped to an even one, so that no neighbour is infinite.
const floatOf = (value: number, digits: string): WrittenValue => {
  const literal = `${Object.is(value, -0) ? "-" : ""}${digits}`;
  return { same: String(value), as: (dialect) => (dialect === "postgres" ? `'${literal}'` : literal) };
};
const double = pairsOf(fc.double({ ...finite, min: -1e308, max: 1e308 }), nextDouble, (value) =>
  floatOf(value, value.toExponential()),
);
// In its shortest digits, a float of double precision keeps what one of single precision is.
const single = pairsOf(fc.float({ ...finite, min: Math.fround(-1e38), max: Math.fround(1e38) }), nextSingle, (value) =>
  floatOf(value, shortestSingle(value).toExponential()),
);

// Every character that PostgreSQL, MariaDB and UTF-8 can hold, and some that collations take for others.
const letter = fc.oneof(
  fc.constantFrom(
    "a",
    "A",
    "\u00e4",
    "a\u0308",
    "\u00df",
    "ss",
    " ",
    "'",
    "\\",
    '"',
    "\u200b",
    "\ufeff",
    "\u2028",
    "\u{1f600}",
    "1",
    "%",
  ),
  fc.integer({ min: 1, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
);
const text = pairsOf(
  fc.array(letter, { maxLength: 8 }).map((letters) => letters.join("")),
  (value) => (value.toUpperCase() === value ? `${value} ` : value.toUpperCase()),
  (value) => ({ same: JSON.stringify(value), as: () => quoted(value) }),
);

const bytes = pairsOf(
  fc.uint8Array({ maxLength: 9 }).map((given) => Buffer.from(given)),
  (value) => Buffer.concat([value, Buffer.of(0)]),
  (value) => {
    const hex = value.toString("hex");
    return { same: hex, as: (dialect) => (dialect === "postgres" ? `'\\x${hex}'::bytea` : `X'${hex}'`) };
  },
);

const day = 86_400_000_000n;
const microseconds = (from: string, to: string) =>
  fc.bigInt(BigInt(Date.parse(from)) * 1_000n, BigInt(Date.parse(to)) * 1_000n);

/** A time in microseconds since the epoch, as the clocks of a zone show it: all its digits, or no zeros behind. */
function clockOf(at: bigint, { separator = " ", isShort = false } = {}): string {
  const fraction = ((at % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const iso = new Date(Number((at - fraction) / 1_000n)).toISOString().slice(0, 19).replace("T", separator);
  const digits = padded(fraction, 6);
  const shown = isShort ? digits.replace(/0+$/, "") : digits;
  return shown === "" ? iso : `${iso}.${shown}`;
}

const offsets = [-765, -210, 0, 60, 345, 840];
const instant = pairsOf(
  microseconds("1970-01-02T00:00:00Z", "2038-01-17T00:00:00Z"),
  (value) => value + 1n,
  (value, isSecond) => ({
    same: String(value),
    as: (dialect) => {
      // MariaDB reads it in the zone of the session that writes.
      if (dialect === "mysql") return quoted(clockOf(value - 34_200n * 1_000_000n));
      const minutes = offsets[Number(value % BigInt(offsets.length))] ?? 0;
      const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
      const zone = `${minutes < 0 ? "-" : "+"}${padded(hours, 2)}:${padded(rest, 2)}`;
      const separator = isSecond ? "T" : " ";
      return quoted(clockOf(value + BigInt(minutes) * 60_000_000n, { separator, isShort: isSecond }) + zone);
    },
  }),
);

const datetime = pairsOf(
  fc.oneof(
    microseconds("1000-01-01T00:00:00Z", "9999-12-31T00:00:00Z"),
    fc.bigInt(-20n, 20n).map((n) => n * day),
  ),
  (value) => value + 1n,
  (value, isShort) => ({ same: String(value), as: () => quoted(clockOf(value, { isShort })) }),
);

const date = pairsOf(
  fc.integer({ min: -354_285, max: 2_932_895 }),
  (value) => value + 1,
  (value) => ({ same: String(value), as: () => quoted(clockOf(BigInt(value) * day).slice(0, 10)) }),
);

const time = pairsOf(
  fc.oneof(
    fc.bigInt(0n, day - 2n),
    fc.bigInt(0n, 86_398n).map((seconds) => seconds * 1_000_000n),
  ),
  (value) => value + 1n,
  (value, isShort) => ({ same: String(value), as: () => quoted(clockOf(value, { isShort }).slice(11)) }),
);

const alike = (name: string) => ({ postgres: name, mysql: name, sqlite: "TEXT" });

/** The types, by the name of the column that holds them. */
export const sharedTypes: Readonly<Record<string, SharedType>> = {
  whole: { column: { postgres: "bigint", mysql: "BIGINT", sqlite: "INTEGER" }, pair: big },
  amount: { column: { postgres: "numeric", mysql: "DECIMAL(65, 20)", sqlite: "TEXT" }, pair: decimal },
  ratio: { column: { postgres: "float8", mysql: "DOUBLE", sqlite: "REAL" }, pair: double },
  small: { column: { postgres: "float4", mysql: "FLOAT", sqlite: "REAL" }, pair: single },
  word: { column: { postgres: "text", mysql: "LONGTEXT", sqlite: "TEXT COLLATE NOCASE" }, pair: text },
  raw: { column: { postgres: "bytea", mysql: "LONGBLOB", sqlite: "BLOB" }, pair: bytes },
  moment: { column: { postgres: "timestamptz", mysql: "TIMESTAMP(6) NULL", sqlite: "TEXT" }, pair: instant },
  wall: { column: { postgres: "timestamp", mysql: "DATETIME(6)", sqlite: "TEXT" }, pair: datetime },
  born: { column: alike("date"), pair: date },
  tick: { column: { postgres: "time", mysql: "TIME(6)", sqlite: "TEXT" }, pair: time },
};
