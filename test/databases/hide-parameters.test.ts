import { describe, expect, test } from "vitest";
import { hideParameters } from "../../src/databases/hide-parameters.js";

describe("hideParameters", () => {
  test.each([
    [["hush"], 'no "hush", nor xhushx', 'no "[redacted]", nor x[redacted]x'],
    [["hush", "hush hush"], 'no "hush hush"', 'no "[redacted]"'],
    [["e"], 'column "e" does not exist', 'column "[redacted]" does not exist'],
    [["a.b"], "a.b and axb", "[redacted] and axb"],
    [["$1", "(", "-"], "$1 (x) - y", "[redacted] (x) [redacted] y"],
    [[4111, 7], "value 4111 of 7 in 17", "value [redacted] of [redacted] in 17"],
    [["", " ", null, true], "null is true", "null is true"],
  ])("%j in «%s»", (params, text, shown) => {
    expect(hideParameters(params)(text)).toBe(shown);
  });

  test("hides secrets, too", () => {
    expect(hideParameters([], ["pass"])("no pass")).toBe("no [redacted]");
  });
});
