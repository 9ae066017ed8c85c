import { describe, expect, test } from "vitest";
import { formatVersionMember, versionIn, type VersionMember } from "../../../src/gates/health-probe/release-version.js";

describe("versionIn", () => {
  test.each<[VersionMember, unknown, string | undefined]>([
    [true, { releaseId: "2.4.0", version: "2" }, "2.4.0"],
    [true, { version: "2.4.0" }, "2.4.0"],
    [true, { status: "pass" }, undefined],
    ["build", { build: "2.4.0" }, "2.4.0"],
    ["build", { build: 17 }, "17"],
    ["build.id", { "build.id": "2.4.0", build: { id: "1" } }, "2.4.0"],
    [["build", "id"], { build: { id: "2.4.0" } }, "2.4.0"],
    [["checks", "0", "id"], { checks: [{ id: "2.4.0" }] }, "2.4.0"],
    [["build", "id"], { build: null }, undefined],
    [["build", "id"], { build: "2.4.0" }, undefined],
    ["build", { build: { id: "2.4.0" } }, undefined],
    ["build", { build: true }, undefined],
    ["constructor", {}, undefined],
    ["__proto__", {}, undefined],
    ["length", "2.4.0", undefined],
    [true, null, undefined],
  ])("%j in %j is %s", (member, answer, version) => {
    expect(versionIn(answer, member)).toBe(version);
  });
});

describe("formatVersionMember", () => {
  test("says where is looked", () => {
    expect(formatVersionMember(true)).toBe('"releaseId" or "version"');
    expect(formatVersionMember("build")).toBe('"build"');
    expect(formatVersionMember(["build", "id"])).toBe('"build.id"');
  });
});
