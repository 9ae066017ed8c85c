import * as fc from "fast-check";
import parseWithLibrary from "parse-prometheus-text-format";
import { describe, expect, test } from "vitest";
import { AnswerFault } from "../../../src/metrics/answer-fault.js";
import { parseExposition } from "../../../src/metrics/exposition/parse-exposition.js";
import { propertyRuns } from "../../helpers/runs.js";

const samplesOf = (text: string) =>
  parseExposition(text).samples.map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);

const escape = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

const lineOf = ([metric, pairs, number]: readonly [string, Record<string, string>, number]) => {
  const inside = Object.entries(pairs).map(([label, text]) => `${label}="${escape(text)}"`);
  const shown = Number.isFinite(number) ? String(number) : number > 0 ? "+Inf" : number < 0 ? "-Inf" : "NaN";
  return `${metric}${inside.length > 0 ? `{${inside.join(",")}}` : ""} ${shown}`;
};

function faultOf(text: string): unknown {
  try {
    parseExposition(text);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("parseExposition", () => {
  test.each<[string, string, readonly unknown[]]>([
    ["a plain line", "up 1\n", ["up", {}, 1]],
    ["a line without an end", "up 1", ["up", {}, 1]],
    ["a line of Windows", "up 1\r\n", ["up", {}, 1]],
    ["empty labels", "up{} 1\n", ["up", {}, 1]],
    ["a comma at the end", 'up{a="b",} 1\n', ["up", { a: "b" }, 1]],
    ["spaces everywhere", '  up { a = "b" , c = "d" }  1  \n', ["up", { a: "b", c: "d" }, 1]],
    ["tabs and a timestamp", "up\t1\t1395066363000\n", ["up", {}, 1]],
    ["a timestamp before the epoch", "up 1 -3982045\n", ["up", {}, 1]],
    [
      "escapes",
      'up{path="C:\\\\DIR\\\\n",text="one\\n\\"two\\"",odd="\\x"} 1\n',
      ["up", { path: "C:\\DIR\\n", text: 'one\n"two"', odd: "\\x" }, 1],
    ],
    ["braces in a label", 'up{path="/orders/{id},{x=\\"1\\"}#"} 1\n', ["up", { path: '/orders/{id},{x="1"}#' }, 1]],
    ["text of other languages", 'up{city="Zürich 🚀"} 1\n', ["up", { city: "Zürich 🚀" }, 1]],
    ["a colon in the name", "job:up:sum 1\n", ["job:up:sum", {}, 1]],
    ["an exponent", "up 1.458255915e9\n", ["up", {}, 1.458255915e9]],
    ["NaN", "up NaN\n", ["up", {}, Number.NaN]],
    ["+Inf", "up +Inf\n", ["up", {}, Number.POSITIVE_INFINITY]],
    ["-Inf", "up -Inf\n", ["up", {}, Number.NEGATIVE_INFINITY]],
    [
      "an exemplar of OpenMetrics",
      'up_total{a="b"} 17 1520879607.789 # {trace="x"} 0.67 1520879607.789\n',
      ["up_total", { a: "b" }, 17],
    ],
    ["an exemplar without a timestamp", 'up_bucket{le="1"} 17 # {trace="x"} 0.67\n', ["up_bucket", { le: "1" }, 17]],
    [
      "labels with names of JavaScript",
      'up{constructor="a",__proto__="b"} 1\n',
      [
        "up",
        Object.fromEntries([
          ["constructor", "a"],
          ["__proto__", "b"],
        ]),
        1,
      ],
    ],
  ])("reads %s", (_, text, sample) => {
    expect(samplesOf(text)).toEqual([sample]);
  });

  test("keeps the series of labelled histograms apart, with or without a type", () => {
    const lines = [
      'h_bucket{route="/a",le="1"} 1',
      'h_bucket{route="/b",le="1"} 2',
      'h_count{route="/a"} 1',
      'h_count{route="/b"} 2',
    ];
    expect(samplesOf(lines.join("\n"))).toHaveLength(4);
    expect(samplesOf(["# TYPE h histogram", ...lines].join("\n"))).toEqual(samplesOf(lines.join("\n")));
  });

  test("knows the types, and metrics that have no series yet", () => {
    const text =
      "# HELP errors_total Errors.\n# TYPE errors_total counter\n# HELP depth Depth.\n#TYPE odd gauge\n# EOF\n";
    const { types, samples } = parseExposition(text);
    expect([...types]).toEqual([
      ["errors_total", "counter"],
      ["depth", ""],
    ]);
    expect(samples).toEqual([]);
  });

  test.each([
    "<html><body>please log in</body></html>",
    '{"status":"success"}',
    "up",
    "up ",
    "up one",
    "up 0x10",
    "up 1 2 3",
    'up{a="b" 1',
    'up{a="b',
    'up{a="b"c="d"} 1',
    "up{a=b} 1",
    'up{="b"} 1',
    '{a="b"} 1',
    'up{a="b"}',
    "1up 1",
    "up{a} 1",
  ])("refuses the whole scrape for %j", (line) => {
    expect(() => parseExposition(`good 1\n${line}\n`)).toThrow(new AnswerFault("has no metric in line 2"));
  });

  const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
  const labels = fc.dictionary(
    name.filter((label) => !["le", "quantile"].includes(label) && !(label in Object.prototype)),
    fc.string({ unit: "grapheme", maxLength: 8 }).filter((text) => !/[\r\u2028\u2029]/.test(text)),
    { maxKeys: 4, noNullPrototype: true },
  );
  const value = fc.double().map((number) => (Object.is(number, -0) ? 0 : number));
  test("reads what was written, whatever the labels hold", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, labels, value), { maxLength: 5 }), (samples) => {
        expect(samplesOf(samples.map(lineOf).join("\n"))).toEqual(samples);
      }),
      propertyRuns(2_000),
    );
  });

  // The library reads single lines well; it merges series, and takes anything for a scrape.
  test("agrees with another parser on every line that both can read", () => {
    fc.assert(
      fc.property(name, labels, fc.integer(), (metric, pairs, number) => {
        const line = lineOf([metric, pairs, number]);
        const [family] = parseWithLibrary(`${line}\n`);
        const [sample] = family?.metrics ?? [];
        expect(samplesOf(line)).toEqual([[family?.name, sample?.labels ?? {}, Number(sample?.value)]]);
      }),
      propertyRuns(1_000),
    );
  });

  test("never hangs or throws anything else", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "=", ",", " ", "a", "1", "#", "\n"), maxLength: 200 }),
        (text) => {
          const fault = faultOf(text);
          expect(fault === undefined || fault instanceof AnswerFault).toBe(true);
        },
      ),
      propertyRuns(5_000),
    );
  });
});
