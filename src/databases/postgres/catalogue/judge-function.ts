import { firstOwnOid, type AllowedObjects } from "./catalogue-object.js";
import { deniedFunctions, isTrusted, lookingFunctions, trustedExtensions } from "./function-policy.js";
import { isPlainFunction } from "./plain-function.js";

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
  readonly language: string;
  /** What runs: a symbol, or a text. Empty where nothing follows from it. */
  readonly source: string;
  readonly library: string | null;
  /** Its body, where PostgreSQL brings it and keeps it as a tree: what it calls is judged, too. */
  readonly tree: string | null;
  /** Whether it takes or returns what only the server's own code passes around. */
  readonly isMachinery: boolean;
  /** The type that it returns. */
  readonly returns: string;
  readonly extension: string | null;
}

/** Why a function must not be run in this role. Undefined where it may. */
export function judgeFunction(facts: FunctionFacts, role: CallRole, allowed: AllowedObjects): string | undefined {
  if (facts.kind === "p") return "is a procedure";
  if (facts.oid < firstOwnOid) return judgeBuiltIn(facts, role);
  if (allowed.functions.includes(`${facts.space}.${facts.name}`)) {
    return facts.volatility === "v"
      ? "is volatile; declare it STABLE or IMMUTABLE, which keeps it from writing"
      : undefined;
  }
  if (isTrusted(facts.extension, allowed)) return judgeExtension(facts, allowed);
  return "is not built in; name it in allowFunctions if it has no effect";
}

function judgeBuiltIn(facts: FunctionFacts, role: CallRole): string | undefined {
  const { name, source, language, returns } = facts;
  if (deniedFunctions.test(name) || deniedFunctions.test(source)) {
    return "has effects, runs SQL or reads outside of the tables";
  }
  if (role === "call" && facts.isMachinery) return "is a part of the server's machinery";
  const isHandler = role === "function" && /^(?:index|table)_am_handler$/.test(returns);
  if (isUnknownVolatile(facts) && !isHandler) return "is volatile, and not known to have no effect";
  // A function that only shares the name of a way to sample is not called.
  if (role === "sample" && returns !== "tsm_handler") return undefined;
  if (language === "internal" || (language === "sql" && (facts.tree !== null || isPlainFunction(source))))
    return undefined;
  return "is not as the server brings it";
}

function judgeExtension(facts: FunctionFacts, allowed: AllowedObjects): string | undefined {
  const { source, language, library, extension } = facts;
  if (deniedFunctions.test(source) || isUnknownVolatile(facts)) return "is volatile, or has effects";
  if (allowed.extensions.includes(extension ?? "") || language === "internal") return undefined;
  if (language === "c" && library === trustedExtensions[extension ?? ""]) return undefined;
  if (language === "sql" && isPlainFunction(source)) return undefined;
  return "is not known to have no effect; name it in allowFunctions if it has none";
}

function isUnknownVolatile({ volatility, name }: FunctionFacts): boolean {
  return volatility === "v" && !lookingFunctions.has(name);
}
