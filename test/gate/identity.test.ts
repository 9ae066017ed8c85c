import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distinctIdentities, identityFault, identityOf } from "../../src/gate/identity.js";
import { propertyRuns } from "../helpers/runs.js";

describe("identityOf", () => {
  test.each([
    ["Alice", "alice"],
    ["  alice ", "alice"],
    ["ＡＬＩＣＥ", "alice"],
    ["𝐚lice", "alice"],
    ["Ana  Ruiz", "ana ruiz"],
    ["Ana\u00a0Ruiz", "ana ruiz"],
    ["Jose\u0301", "jos\u00e9"],
    ["ÅSA", "åsa"],
  ])("reads %j as %j", (written, identity) => {
    expect(identityOf(written)).toBe(identity);
  });

  test("reads what it made as the same identity", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (id) => {
        expect(identityOf(identityOf(id))).toBe(identityOf(id));
      }),
      propertyRuns(2_000),
    );
  });

  test("keeps people apart whose ids look alike in different alphabets", () => {
    expect(identityOf("сосо")).not.toBe(identityOf("coco"));
  });
});

describe("identityFault", () => {
  test.each([
    "alice",
    "alice@example.com",
    "Ana Ruiz",
    "José",
    "Иван Petrov",
    "иван@example.com",
    "田中taro",
    "o'neill-2",
  ])("finds nothing wrong with %j", (id) => {
    expect(identityFault(id)).toBeUndefined();
  });

  test.each([
    ["", "expected an id, got nothing but spaces"],
    ["   ", "expected an id, got nothing but spaces"],
    ["ali\u0000ce", "expected an id without invisible or control characters"],
    ["ali\tce", "expected an id without invisible or control characters"],
    ["alice\u001b[2K", "expected an id without invisible or control characters"],
    ["ali\u200bce", "expected an id without invisible or control characters"],
    ["ali\u034fce", "expected an id without invisible or control characters"],
    ["\u202eecila", "expected an id without invisible or control characters"],
    ["ali\u2028ce", "expected an id without invisible or control characters"],
    ["\ud800alice", "expected an id without invisible or control characters"],
    ["аlice", "expected an id whose words do not mix alphabets"],
    ["αlice", "expected an id whose words do not mix alphabets"],
    ["bob аlice", "expected an id whose words do not mix alphabets"],
    ["a".repeat(201), "expected an id of at most 200 characters, got 201"],
  ])("refuses %j", (id, fault) => {
    expect(identityFault(id)).toBe(fault);
  });

  test("finds the same fault each time it is asked", () => {
    expect([1, 2, 3].map(() => identityFault("аlice"))).toEqual(Array(3).fill(identityFault("аlice")));
  });
});

describe("distinctIdentities", () => {
  test("keeps the first of each identity, as it was written", () => {
    expect(distinctIdentities(["Bob", "alice", "BOB", "Alice"])).toEqual(["Bob", "alice"]);
  });
});
