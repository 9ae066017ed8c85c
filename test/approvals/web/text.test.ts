import { manualApproval } from "release-gates";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { html, type Markup } from "../../../src/approvals/web/pages/markup.js";
import { linked } from "../../../src/approvals/web/pages/linked.js";
import { visibleText } from "../../../src/approvals/web/security/visible-text.js";
import { propertyRuns } from "../../helpers/runs.js";
import { approvalsWeb } from "./approvals-web.js";

const hostileTexts = [
  "<script>alert(1)</script>",
  "</pre></textarea><img src=x onerror=alert(1)>",
  '" autofocus onfocus="alert(1)',
  "' onmouseover='alert(1)",
  "`${alert(1)}`",
  "[click](javascript:alert(1))",
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "https://good.example@evil.example/",
  "\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007here\u001b]8;;\u0007",
  "\u202egnp.exe\u202c",
  "zero\u200bwidth\u2060joiner",
  "line\u2028separator",
  "nul\u0000byte",
  "data: x\n\nevent: end\ndata: y",
  "&lt;b&gt; &amp;amp;",
  "<!--",
  "]]>",
];

// A piece of markup is a text that knows that it is escaped.
const written = (piece: Markup): string => (piece as string).concat("");

describe("texts from elsewhere", () => {
  test.each(hostileTexts)("a comment is shown as text, on every page: %j", async (comment) => {
    await using web = await approvalsWeb();
    const posted = await web.post("ada", web.approvalPath, {
      ...(await web.form("ada")),
      decision: "approve",
      comment,
    });
    expect(posted.status).toBe(303);
    for (const path of [web.approvalPath, `/runs/${web.run.id}`]) {
      const page = await (await web.ask("bob", path)).text();
      expect(page).not.toMatch(/<script>alert|<img|onfocus="|onmouseover='|javascript:[^<]*"|href="data:/);
      // eslint-disable-next-line no-control-regex
      expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2028\u200b]/);
      expect(page).not.toContain('href="https://good.example@evil.example');
    }
  });

  test("instructions, rules and steps are shown as text, too", async () => {
    const asked = manualApproval("sign-off", {
      from: { people: ["ada"], roles: ["<b>sre</b>"] },
      deadline: "4h",
      instructions: '<a href="javascript:alert(1)">look</a> https://dash.example/a&b"x"',
      checklist: ['"><script>alert(1)</script>'],
    });
    await using web = await approvalsWeb({}, asked);
    const page = await (await web.ask("ada", web.approvalPath)).text();
    expect(page).not.toMatch(/<script>alert|<b>sre|href="javascript/);
    expect(page).toContain('href="https://dash.example/a&amp;b"');
  });

  test("a receipt and a cursor cannot be made to set a header", async () => {
    await using web = await approvalsWeb();
    const response = await web.ask("ada", `${web.approvalPath}&receipt=%0d%0aSet-Cookie:%20a=b&from=%0d%0aX:%20y`);
    expect(response.status).toBe(200);
    expect(response.headers.get("set-cookie")).toBeNull();
  });
});

describe("visibleText", () => {
  test("leaves nothing in a text that is not seen", () => {
    const unseen = /[\p{C}\p{Zl}\p{Zp}]/u;
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visibleText(text).replace(/[\n\t]/g, "")).not.toMatch(unseen);
      }),
      propertyRuns(2_000),
    );
  });

  test("shows what it found, and leaves what people write", () => {
    expect(visibleText("\u001b[31m \u202e \u200b \u0000")).toBe("␛[31m ⟨U+202E⟩ ⟨U+200B⟩ ␀");
    expect(visibleText("Grüße, 中文, العربية ❤️\n\tok")).toBe("Grüße, 中文, العربية ❤️\n\tok");
  });
});

describe("html", () => {
  test("lets no text be read as markup, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const piece = written(html`<p title="${text}">${text}</p>`);
        expect(piece.replace(/^<p title="[^"<>]*">[^<>]*<\/p>$/, "whole")).toBe("whole");
      }),
      propertyRuns(2_000),
    );
  });
});

describe("linked", () => {
  test.each([
    ["see https://a.example/x.", ["https://a.example/x"]],
    ["(http://a.example/x?y=1&z=2)", ["http://a.example/x?y=1&amp;z=2"]],
    ["ftp://a.example javascript:alert(1) data:text/html,x //a.example", []],
    ["https://user@a.example/", []],
    ["https://", []],
    ["xhttps://a.example/", []],
  ])("makes links of the http(s) URLs in %j alone", (text, expected) => {
    const found = [...written(linked(text)).matchAll(/href="([^"]*)"/g)].map((match) => match[1]);
    expect(found).toEqual(expected);
  });
});
