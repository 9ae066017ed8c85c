import { describe, expect, test } from "vitest";
import * as z from "zod";
import { validate } from "../../src/gate/validate.js";
import type { StandardSchemaV1 } from "../../src/gate/standard-schema.js";

describe("validate", () => {
  test("returns what a schema makes of a value", async () => {
    expect(await validate(z.string().transform(Number), "12")).toEqual({ value: 12 });
    expect(
      await validate(
        z.string().refine(async (text) => text.length > 1),
        "12",
      ),
    ).toEqual({ value: "12" });
  });

  test("returns what is wrong with a value", async () => {
    const { issues } = await validate(z.strictObject({ n: z.int() }), { n: "1" });
    expect(issues).toEqual([expect.objectContaining({ path: ["n"], message: expect.stringContaining("number") })]);
  });

  // By a Standard Schema of zod it would be begun twice; the first rejection, which nobody hears, ends the process, and this test.
  test("asks an asynchronous check of zod once, and rejects where that does", async () => {
    let asked = 0;
    const schema = z.string().refine(async () => {
      asked += 1;
      throw new Error("the tickets could not be asked");
    });
    await expect(validate(schema, "OPS-1")).rejects.toThrow("the tickets could not be asked");
    expect(asked).toBe(1);
  });

  test("asks a schema of another make, which may answer later", async () => {
    const schema: StandardSchemaV1<unknown, string> = {
      "~standard": { version: 1, vendor: "own", validate: async (value) => ({ value: `${value as string}!` }) },
    };
    expect(await validate(schema, "a")).toEqual({ value: "a!" });
  });
});
