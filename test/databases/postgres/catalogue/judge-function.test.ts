import { describe, expect, test } from "vitest";
import {
  judgeFunction,
  languages,
  type CallRole,
  type FunctionFacts,
} from "../../../../src/databases/postgres/catalogue/judge-function.js";

const builtIn: FunctionFacts = {
  oid: 870,
  space: "pg_catalog",
  name: "lower",
  kind: "f",
  volatility: "i",
  language: languages.internal,
  source: "lower",
  library: null,
  tree: null,
  types: [25, 25],
  returns: 25,
  extension: null,
};
const own: FunctionFacts = { ...builtIn, oid: 20_000, space: "shop", name: "net", language: languages.sql, source: "" };
const citext: FunctionFacts = {
  ...own,
  name: "citext_eq",
  extension: "citext",
  language: languages.c,
  library: "$libdir/citext",
  source: "citext_eq",
};
const other: FunctionFacts = { ...own, name: "gross", language: languages.c };
const nothingAllowed = { functions: [], extensions: [] };
const allowed = { functions: ["shop.net"], extensions: ["postgis"] };
const text = { language: languages.sql, source: "select pg_catalog.replace($1, 'select evil(', '')" };

describe("judgeFunction", () => {
  test.each<[string, FunctionFacts, CallRole]>([
    ["what PostgreSQL brings", builtIn, "call"],
    ["what it brings as a tree", { ...builtIn, language: languages.sql, source: "", tree: "({QUERY})" }, "call"],
    ["what it brings as a text that calls nothing else", { ...builtIn, ...text }, "call"],
    ["one that looks", { ...builtIn, name: "random", source: "drandom", volatility: "v" }, "call"],
    ["a way to sample", { ...builtIn, name: "system", volatility: "v", types: [2281, 3310], returns: 3310 }, "sample"],
    ["a function that shares its name", { ...builtIn, language: languages.c }, "sample"],
    ["the handler of an index", { ...builtIn, volatility: "v", types: [2281, 325], returns: 325 }, "function"],
    ["one of the server's machinery that it calls itself", { ...builtIn, types: [2281] }, "function"],
    ["one that is allowed", own, "call"],
    ["one of an extension that computes", citext, "call"],
    [
      "what makes a range of a type of one's own",
      { ...own, language: languages.internal, source: "range_constructor2" },
      "call",
    ],
    ["an own body that is kept as a tree", { ...own, space: "app", tree: "({QUERY})" }, "call"],
    [
      "a part of an index or a dictionary that an extension brings",
      { ...citext, volatility: "v", returns: 2281 },
      "function",
    ],
    ["statistics of statements", { ...citext, name: "pg_stat_statements", volatility: "v" }, "call"],
    ["one of an extension that is allowed", { ...other, extension: "postgis" }, "call"],
  ])("runs %s", (_, facts, role) => {
    expect(judgeFunction(facts, role, allowed)).toBeUndefined();
  });

  test.each<[string, FunctionFacts, CallRole, string]>([
    ["a procedure", { ...builtIn, kind: "p" }, "call", "procedure"],
    ["what has effects", { ...builtIn, name: "lo_put" }, "call", "has effects"],
    ["what has effects by another name", { ...builtIn, source: "pg_advisory_lock_int8" }, "function", "has effects"],
    ["what takes a text for another type", { ...builtIn, types: [2275] }, "call", "machinery"],
    ["what is volatile", { ...builtIn, volatility: "v" }, "call", "volatile"],
    ["the handler of an index that a statement calls", { ...builtIn, types: [325], returns: 325 }, "call", "machinery"],
    ["what was replaced by code", { ...builtIn, language: languages.c }, "call", "not as the server brings it"],
    [
      "what was replaced by a text",
      { ...builtIn, language: languages.sql, source: "select evil($1)" },
      "call",
      "not as",
    ],
    ["what is not allowed", other, "call", "is not built in"],
    ["what is allowed, and volatile", { ...own, volatility: "v" }, "call", "declare it STABLE"],
    [
      "an allowed aggregate of volatile steps",
      { ...own, kind: "a", volatility: "v" },
      "call",
      "computed by a volatile",
    ],
    [
      "another extension",
      { ...other, extension: "dblink" },
      "call",
      "of the extension dblink; name that in allowExtensions",
    ],
    [
      "what else is the server's own code",
      { ...own, name: "x", language: languages.internal, source: "textout" },
      "call",
      "is not built in",
    ],
    [
      "an own body that is kept as a tree, and volatile",
      { ...own, name: "x", tree: "({QUERY})", volatility: "v" },
      "call",
      "is volatile; declare it STABLE or IMMUTABLE",
    ],
    [
      "an extension's body that is kept as a tree, and volatile",
      { ...other, language: languages.sql, extension: "dblink", tree: "({QUERY})", volatility: "v" },
      "call",
      "is of the extension dblink",
    ],
    [
      "what makes a part of an index, where a statement calls it",
      { ...citext, volatility: "v", returns: 2281 },
      "call",
      "is volatile",
    ],
    ["what a session would keep", { ...citext, name: "isn_weak", source: "weak_input_status" }, "call", "has effects"],
    ["a sequence's next value", { ...builtIn, name: "nextval" }, "call", "select last_value FROM the sequence"],
    ["an extension's function from another library", { ...citext, library: "/tmp/citext" }, "call", "not known"],
    ["a volatile one of an extension", { ...citext, volatility: "v" }, "call", "is volatile"],
    [
      "one of an allowed extension that has effects",
      { ...other, extension: "postgis", source: "lo_put" },
      "call",
      "effects",
    ],
  ])("refuses %s", (_, facts, role, why) => {
    expect(judgeFunction(facts, role, allowed)).toContain(why);
  });

  test("allows nothing by itself", () => {
    expect(judgeFunction(own, "call", nothingAllowed)).toContain("is not built in");
  });
});
