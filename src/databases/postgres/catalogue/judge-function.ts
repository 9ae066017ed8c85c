import { firstOwnOid, type AllowedObjects } from "./catalogue-object.js";
import { deniedFunctions, insteadOf, isTrusted, lookingFunctions, trustedExtensions } from "./function-policy.js";
import { isPlainFunction } from "./plain-function.js";

/** The numbers of languages (pg_language.oid), which never change. */
export const languages = { internal: 12, c: 13, sql: 14 } as const;

/** The numbers of types (pg_type.oid) that only the server's own code passes around. */
const handlers = { table: 269, index: 325, sample: 3_310, foreign: 3_115, language: 2_280 } as const;
/** The number of the type `internal`. */
const internals = 2_281;
const machinery = new Set<number>([...Object.values(handlers), internals, 2_275, 2_279, 3_838]);
/** What only the server's own code is given, and hands on: such a function makes or fills a part of the machinery, and is not volatile. */
const madeParts = new Set<number>([handlers.index, handlers.table, internals]);
/** How the server makes ranges of a type of one's own, by functions that are the database's. */
const makesRanges = /^(?:range_constructor[23]|multirange_constructor[0-2])$/;

const declare = "declare it STABLE or IMMUTABLE, which keeps it from writing";

/** Whether the statement itself calls a function, the server for it, or a clause TABLESAMPLE. */
export type CallRole = "call" | "function" | "sample";

/** What the catalogue says of a function. */
export interface FunctionFacts {
  readonly oid: number;
  readonly space: string;
  readonly name: string;
  /** `p` is a procedure. */
  readonly kind: string;
  /** `v` is volatile. */
  readonly volatility: string;
  /** The number of its language. */
  readonly language: number;
  /** What runs: a symbol, or a text. Empty where nothing follows from it. */
  readonly source: string;
  readonly library: string | null;
  /** Its body, where it is of SQL and kept as a tree: what it calls is judged, too. */
  readonly tree: string | null;
  /** The types of what it takes and returns. */
  readonly types: readonly number[];
  readonly returns: number;
  readonly extension: string | null;
}

/** Whether somebody has said of a function, or of its extension, that it has no effect: then what it does is not looked at. */
export function isVouchedFor({ space, name, extension }: FunctionFacts, allowed: AllowedObjects): boolean {
  return allowed.functions.includes(`${space}.${name}`) || allowed.extensions.includes(extension ?? "");
}

/** Why a function must not be run in this role. Undefined where it may. */
export function judgeFunction(facts: FunctionFacts, role: CallRole, allowed: AllowedObjects): string | undefined {
  if (facts.kind === "p") return "is a procedure";
  if (facts.oid < firstOwnOid) return judgeBuiltIn(facts, role);
  if (allowed.functions.includes(`${facts.space}.${facts.name}`)) {
    const what = facts.kind === "a" ? "is computed by a volatile function" : "is volatile";
    return facts.volatility === "v" ? `${what}; ${declare}` : undefined;
  }
  if (isTrusted(facts.extension, allowed)) return judgeExtension(facts, role, allowed);
  if (facts.language === languages.internal && makesRanges.test(facts.source)) return undefined;
  // What such a body calls is judged like a view's.
  if (facts.language === languages.sql && facts.tree !== null) {
    if (facts.volatility !== "v") return undefined;
    if (facts.extension === null) return `is volatile; ${declare}`;
  }
  if (facts.extension === null) return "is not built in; name it in allowFunctions if it has no effect";
  if (isUnknownVolatile(facts, role)) return `is of the extension ${facts.extension}, and volatile: it may act`;
  return `is of the extension ${facts.extension}; name that in allowExtensions if what it brings has no effect`;
}

function judgeBuiltIn(facts: FunctionFacts, role: CallRole): string | undefined {
  const { name, source, language, returns } = facts;
  if (deniedFunctions.test(name) || deniedFunctions.test(source)) {
    return `has effects, runs SQL or reads outside of the tables${insteadOf(name)}`;
  }
  if (role === "call" && facts.types.some((type) => machinery.has(type))) return "is a part of the server's machinery";
  if (isUnknownVolatile(facts, role)) return "is volatile, and not known to have no effect";
  // A function that only shares the name of a way to sample is not called.
  if (role === "sample" && returns !== handlers.sample) return undefined;
  if (
    language === languages.internal ||
    (language === languages.sql && (facts.tree !== null || isPlainFunction(source)))
  )
    return undefined;
  return "is not as the server brings it";
}

function judgeExtension(facts: FunctionFacts, role: CallRole, allowed: AllowedObjects): string | undefined {
  const { source, language, library, extension } = facts;
  if (deniedFunctions.test(source) || isUnknownVolatile(facts, role)) return "is volatile, or has effects";
  if (allowed.extensions.includes(extension ?? "") || language === languages.internal) return undefined;
  if (language === languages.c && library === trustedExtensions[extension ?? ""]) return undefined;
  // A body that is kept as a tree leaves no text.
  if (language === languages.sql && (facts.tree !== null || (source !== "" && isPlainFunction(source))))
    return undefined;
  return "is not known to have no effect; name it in allowFunctions if it has none";
}

function isUnknownVolatile({ volatility, name, returns }: FunctionFacts, role: CallRole): boolean {
  const isPart = role === "function" && madeParts.has(returns);
  return volatility === "v" && !isPart && !lookingFunctions.has(name);
}
