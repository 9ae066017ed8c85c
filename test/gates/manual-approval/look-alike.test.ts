import { describe, expect, test } from "vitest";
import { voterRefusal } from "../../../src/gates/manual-approval/approval-terms.js";

const asked = "requested the release" as const;

function refusal(requester: string, by: string, people: readonly string[] = []): string | undefined {
  const excluded = [{ person: requester, why: asked }];
  return voterRefusal({ people, roles: ["sre"] }, excluded, { by, roles: ["sre"] });
}

describe("whoever may not vote", () => {
  test.each([
    ["weiß", "WEISS"],
    ["νικος", "νικοσ"],
    ["linus", "lınus"],
    ["ipek", "İpek"],
    ["coco", "сосо"],
    ["сосо", "coco"],
    ["O'Neil", "O’Neil"],
    ["jo-ann", "jo‐ann"],
    ["otto", "ΟΤΤΟ"],
    ["rene", "René"],
    ["ada", "ａｄａ"],
  ])("is known where the release says %j and the vote %j", (requester, by) => {
    expect(refusal(requester, by)).toBe(`${by} may not vote, having requested the release`);
    expect(refusal(by, requester)).toBe(`${requester} may not vote, having requested the release`);
  });

  test.each(["grace", "José", "иван", "王芳", "o'neil", "νικος"])("is not taken for %s", (by) => {
    expect(refusal("ada", by)).toBeUndefined();
  });

  test("is not told with certainty from names in letters of which little is known, unless they are listed", () => {
    const why = "աբգ may not vote, as the name cannot be told with certainty from those who may not";
    expect(refusal("ada", "աբգ")).toBe(why);
    expect(refusal("ada", "աբգ", ["աբգ"])).toBeUndefined();
  });

  test("does not lend a vote to a look-alike of a named person", () => {
    expect(voterRefusal({ people: ["coco"] }, [], { by: "сосо" })).toBe("сосо is not among those who may vote");
  });
});
