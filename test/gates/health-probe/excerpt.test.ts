import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { excerptWithout, maxExcerpt } from "../../../src/gates/health-probe/excerpt.js";

describe("excerptWithout", () => {
  test("removes secrets, the longest first", () => {
    expect(excerptWithout(["hunter", "hunter2hunter2"])("was hunter2hunter2 and hunter")).toBe(
      "was [redacted] and [redacted]",
    );
  });

  test("removes what looks like a credential, known or not", () => {
    expect(excerptWithout([])("see https://me:pw@host/?key=abc with Bearer abcdefghij")).toBe(
      "see https://[redacted]@host/?key=[redacted] with Bearer [redacted]",
    );
  });

  test("leaves flags alone", () => {
    expect(excerptWithout(["1", "", "no"])("1 = no")).toBe("1 = no");
  });

  test("removes a secret that is cut off by the limit, too", () => {
    const excerpt = excerptWithout(["super-secret-value"])(`${"x".repeat(maxExcerpt - 10)}super-secret-value`);
    expect(excerpt).not.toContain("super");
  });

  test("makes one line without control characters, and nothing a terminal obeys", () => {
    expect(excerptWithout([])("a\u001b[31mred\r\n\tb\u202Ec\u0000d\u2028e")).toBe("a [31mred b c d e");
  });

  test("is never longer than the limit, and always whole text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), (text) => {
        const excerpt = excerptWithout([])(text);
        expect(excerpt.length).toBeLessThanOrEqual(maxExcerpt);
        expect(Buffer.from(excerpt, "utf8").toString("utf8")).toBe(excerpt);
      }),
    );
  });

  test("reads bytes that are no text", () => {
    expect(excerptWithout([])(Buffer.from([0xff, 0x41, 0xc3]))).toBe("\uFFFDA\uFFFD");
  });
});
