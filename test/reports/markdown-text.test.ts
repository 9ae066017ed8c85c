import fc from "fast-check";
import { parsers } from "prettier/plugins/markdown";
import { toMarkdown } from "release-gates/reports";
import { describe, expect, test } from "vitest";
import type { Verdict } from "release-gates";
import { markdownId, markdownText } from "../../src/reports/markdown-text.js";
import { printable } from "../../src/reports/printable.js";
import { propertyRuns } from "../helpers/runs.js";

interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly MarkdownNode[];
}

// A parser that knows nothing of ours: that of prettier.
function nodesOf(markdown: string): readonly MarkdownNode[] {
  const root = (parsers.markdown.parse as (text: string) => MarkdownNode)(markdown);
  const visit = (node: MarkdownNode): readonly MarkdownNode[] => [node, ...(node.children ?? []).flatMap(visit)];
  return visit(root);
}

function isMarkup(type: string): boolean {
  return type !== "text";
}

const hostile = [
  "[click](https://evil.example)",
  "![pixel](https://evil.example/p.png)",
  "[click][ref]",
  "<https://evil.example>",
  "https://evil.example/?a=b",
  "www.evil.example",
  "mail ada@evil.example or mailto:ada@evil.example",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<!-- hidden",
  "&lt;b&gt; &#64;ada",
  "`code` ``",
  "**bold** __bold__ *it* _it_ ~~gone~~",
  "a | b | c |",
  "\\| \\\\| \\`",
  "first\n\n# second\n- third\r\n/approve",
  "@ada @org/team fixes #12, owner/repo#3, GH-4, !5",
  "$x$ [^1] :+1:",
  "\u001B[31mred\u001B[0m \u202Eesrever",
];

describe("markdownText", () => {
  test.each(hostile)("shows %j as text and nothing else", (text) => {
    const nodes = nodesOf(`**Why:** ${markdownText(text)}`);
    expect(nodes.map(({ type }) => type).filter((type) => type !== "text")).toEqual(["root", "paragraph", "strong"]);
  });

  test("writes what would reach people or issues so that it reaches nobody", () => {
    expect(markdownText("@ada fixes #12, GH-4 and !5 on www.evil.example")).toBe(
      "@&#8203;ada fixes #&#8203;12, GH-&#8203;4 and !&#8203;5 on www\\.evil.example",
    );
  });

  test("writes what HTML would read as names of characters", () => {
    expect(markdownText("a < b & c > d &lt;")).toBe("a &lt; b &amp; c &gt; d &amp;lt;");
  });

  test("links nothing, wherever in a word it begins", () => {
    expect(markdownText("_www.evil.example xHTTPS://evil.example")).toBe(
      "\\_www\\.evil.example xHTTPS\\://evil.example",
    );
  });

  test("leaves ordinary sentences as they are", () => {
    const sentence = "error ratio 0.3 % over 5 min, expected below 1 % (prometheus): 20 of 20 samples were good!";
    expect(markdownText(sentence)).toBe(sentence);
  });

  test("cuts off what nobody reads", () => {
    expect(markdownText("word ".repeat(1_000))).toHaveLength(500);
  });
});

describe("markdownId", () => {
  test("writes ids and hashes as code, and anything else as text", () => {
    expect(markdownId("3f2a-9.b_c")).toBe("`3f2a-9.b_c`");
    expect(markdownId("a`b")).toBe("a\\`b");
    expect(markdownId("")).toBe("");
  });
});

describe("toMarkdown with hostile texts", () => {
  const at = "2030-01-01T00:00:00.000Z";

  function verdictOf(text: string): Verdict {
    const finding = {
      gate: text,
      kind: text,
      status: "failed",
      decision: "hold",
      reason: text,
      observedAt: at,
      attempt: 1,
    } as const;
    return {
      runId: text,
      release: {
        name: text,
        version: text,
        environment: text,
        requestedBy: text,
        artifact: { digest: text, name: text },
      },
      plan: { name: text, fingerprint: text },
      decision: "hold",
      reason: text,
      decidedBy: [text],
      insteadOf: "rollback",
      call: [text],
      wouldChange: [{ gate: text, decision: "promote" }],
      overridden: false,
      startedAt: at,
      decidedAt: at,
      findings: [finding, finding],
      record: { lines: 1, head: text },
    };
  }

  const shapeOf = (text: string) => nodesOf(toMarkdown(verdictOf(text))).map(({ type }) => type);

  test("has the same shape whatever the texts are", () => {
    const plain = shapeOf("two words").filter(isMarkup);
    const part = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "grapheme", maxLength: 12 }));
    const text = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        // A text of nothing is left out, and an id is written as code: other shapes, of ours.
        text.filter((value) => printable(value) !== "" && !/^[\w.-]+$/.test(value)),
        (value) => {
          expect(shapeOf(value).filter(isMarkup)).toEqual(plain);
        },
      ),
      propertyRuns(100),
    );
  });
});
