import { describe, expect, test } from "vitest";
import { assertParameters } from "../../../src/databases/sqlite/sqlite-parameters.js";

describe("assertParameters", () => {
  test.each([
    ["SELECT 1", 0],
    ["SELECT ?, ?", 2],
    ["SELECT ?2, ?1, ?2", 2],
    ["SELECT ?5", 5],
    ["SELECT ?5, ?", 6],
    ["SELECT '?', \"?\", `?`, [?], ? -- ?\n", 1],
    ["SELECT 'it''s ?', ?", 1],
    ["SELECT /* ? */ ? /* ?", 1],
    ["SELECT a$b, ':x', '@x' FROM t WHERE c->>'$.x' = ?", 1],
  ])("%s takes %i", (text, count) => {
    expect(() => assertParameters("x", text, count)).not.toThrow();
    expect(() => assertParameters("x", text, count + 1)).toThrow(`takes ${count} parameters, and ${count + 1}`);
  });

  test.each(["SELECT $1", "SELECT :a", "SELECT @a", "SELECT #1", "SELECT 1 WHERE x=:x", "SELECT ''':a', :a"])(
    "%s is refused",
    (text) => {
      expect(() => assertParameters("x", text, 1)).toThrow("are written ?");
    },
  );
});
