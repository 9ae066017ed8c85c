import { join } from "node:path";
import { allOf, defineGate, plan, runGates, type CheckGate } from "release-gates";
import ts from "typescript";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { root } from "../docs/code-fences.js";
import { release } from "../helpers/gates.js";

const queueDepth = defineGate({
  kind: "queue-depth",
  config: z.strictObject({ queue: z.string(), max: z.int().positive() }),
  evidence: z.object({ depth: z.int(), note: z.string().optional() }),
  check: ({ config, pass, fail, inconclusive }) => {
    // @ts-expect-error: evidence of the wrong type
    void (() => pass("low", { depth: "1" }));
    // @ts-expect-error: a field that the evidence does not have
    void (() => fail("high", { depth: 1, secret: "x" }));
    // @ts-expect-error: evidence that lacks a field
    void (() => inconclusive("unclear", {}));
    // @ts-expect-error: a field that the config does not have
    void (() => config.min);
    return pass("low", { depth: config.max, note: "fine" });
  },
});

describe("a gate's types", () => {
  test("are those of its schemas", () => {
    const gate = queueDepth("orders", { queue: "orders", max: 3 });
    expectTypeOf(gate).toExtend<CheckGate<"queue-depth", { depth: number; note?: string | undefined }>>();
  });

  test("catch a wrong config where it is written", () => {
    // @ts-expect-error: a typo in the config
    expect(() => queueDepth("orders", { queue: "orders", mx: 3 })).toThrow("mx");
    // @ts-expect-error: a value of the wrong type
    expect(() => queueDepth("orders", { queue: 1, max: 3 })).toThrow("queue");
    // @ts-expect-error: an option that would promote
    expect(() => queueDepth("orders", { queue: "orders", max: 3 }, { onFail: "promote" })).toThrow(
      "nothing but evidence",
    );
    // @ts-expect-error: an option that there is not
    expect(() => queueDepth("orders", { queue: "orders", max: 3 }, { required: false })).toThrow("required");
    // @ts-expect-error: a duration without a unit
    expect(() => queueDepth("orders", { queue: "orders", max: 3 }, { timeout: "30" })).toThrow("timeout");
    // @ts-expect-error: something that is no gate
    expect(() => allOf("all", ["orders"])).toThrow("expected a gate");
  });

  test("ask for a plan's input", async () => {
    const needy = plan("needy", { input: z.strictObject({ max: z.int() }) }, (_, { max }) =>
      queueDepth("orders", { queue: "a", max }),
    );
    // @ts-expect-error: the plan needs an input
    await expect(runGates(needy, { release })).rejects.toThrow("input");
    // @ts-expect-error: an input of the wrong type
    await expect(runGates(needy, { release, input: { max: "3" } })).rejects.toThrow("max");
  });
});

describe("evidence that does not survive JSON", () => {
  test.each(["date: z.date()", "map: z.map(z.string(), z.string())", "big: z.bigint()", "list: z.array(z.date())"])(
    "is refused by the compiler with a sentence of ours: %s",
    (field) => {
      expect(messagesOf(field)).toContain("evidence must survive JSON");
    },
  );

  test("evidence that does is not", () => {
    expect(messagesOf("nested: z.object({ list: z.array(z.string()).optional(), none: z.null() })")).toBe("");
  });
});

// Files that do not change are parsed once for all of them.
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says of a gate whose evidence has this field, and is passed as `evidence`. */
function messagesOf(field: string): string {
  const name = join(root, "test", "types", "generated.ts");
  const code = `
    import { defineGate } from "release-gates";
    import * as z from "zod";
    const evidence = z.object({ ${field} });
    declare const seen: z.output<typeof evidence>;
    export const gate = defineGate({
      kind: "generated", config: z.strictObject({}), evidence, check: ({ pass }) => pass("seen", seen),
    });`;
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const compilerOptions = { ...options, configFilePath: join(root, "tsconfig.json") };
  const host = ts.createCompilerHost(compilerOptions);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => file === name || fileExists(file);
  host.readFile = (file) => (file === name ? code : readFile(file));
  host.getSourceFile = (file, ...rest) => {
    if (file === name) return ts.createSourceFile(file, code, ts.ScriptTarget.ES2023, true);
    if (!parsed.has(file)) parsed.set(file, getSourceFile(file, ...rest));
    return parsed.get(file);
  };
  const program = ts.createProgram([name], compilerOptions, host);
  // Of the package itself, `npm run types` says what there is to say.
  const messages = ts.getPreEmitDiagnostics(program, program.getSourceFile(name));
  return messages.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")).join("\n");
}
