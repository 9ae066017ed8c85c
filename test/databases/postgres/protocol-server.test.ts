import fc from "fast-check";
import { postgres } from "release-gates/databases";
import { describe, expect, test } from "vitest";
import { ask, faultOf } from "../database-contract.js";
import { startProtocolServer, type ProtocolAnswer, type ProtocolServerOptions } from "./protocol-server.js";

const none: ProtocolAnswer = { columns: [], rows: [] };

/** What the first message asks, as a server of a version answers it. */
function opened(version: string): readonly ProtocolAnswer[] {
  const columns = ["process", "version", "encoding", "schemas"];
  const opening = { columns, rows: [["7", version, "UTF8", '["pg_catalog", "public"]']] };
  return [none, opening, { columns: ["set_config"], rows: [["on"]] }, { columns: ["oid"], rows: [] }];
}

async function faultFrom(options: ProtocolServerOptions) {
  await using server = await startProtocolServer(options);
  const fault = await faultOf(ask(postgres({ connection: server.url }), "SELECT 1 AS one", { timeoutMs: 2_000 }));
  return { ...fault, connections: server.connections, heard: server.heard };
}

describe("a server that only speaks the protocol", () => {
  test.each(["90624", "130014", "13", "", "abc", "NaN"])(
    "of version %j is refused, and asked no more",
    async (version) => {
      const { message, fault, isRetryable, heard } = await faultFrom({ answer: () => opened(version) });
      expect(message).toBe(
        "The query could not be answered by postgres orders at 127.0.0.1: a server older than PostgreSQL 14, or one that is none, is not asked.",
      );
      expect({ fault, isRetryable }).toEqual({ fault: "refused", isRetryable: false });
      expect(heard.filter((text) => !text.startsWith("BEGIN"))).toEqual(["ROLLBACK"]);
    },
  );

  test("that has no such function is a fault with its words, and the statement is never sent", async () => {
    const error = { error: "42883", message: "unknown function: pg_catalog.pg_postmaster_start_time()" };
    const { message, heard } = await faultFrom({ answer: () => [none, error] });
    expect(message).toContain("unknown function: pg_catalog.pg_postmaster_start_time() (42883)");
    expect(heard.some((text) => text.includes("SELECT 1 AS one"))).toBe(false);
  });

  test("that takes no read-only transaction is a fault, and the statement is never sent", async () => {
    const error = { error: "0A000", message: "transaction blocks not allowed in statement pooling mode" };
    const { message, heard } = await faultFrom({ answer: () => [error], status: "I" });
    expect(message).toContain("transaction blocks not allowed in statement pooling mode (0A000)");
    expect(heard.some((text) => text.includes("SELECT 1 AS one"))).toBe(false);
  });

  test("that claims to be PostgreSQL, and knows none of what is asked after that, is a fault", async () => {
    const { heard } = await faultFrom({ answer: (text) => (text.startsWith("BEGIN") ? opened("180000") : [none]) });
    expect(heard.some((text) => text.includes("SELECT 1 AS one"))).toBe(false);
  });

  test("and answers whatever it likes never answers a query", async () => {
    const value = fc.constantFrom(
      null,
      "",
      "0",
      "1",
      "on",
      "off",
      "t",
      "UTF8",
      "180000",
      "read committed",
      "{1,2}",
      "x",
    );
    const table = fc.integer({ min: 0, max: 5 }).chain((width) =>
      fc.record({
        columns: fc.array(fc.constantFrom("process", "version", "schemas", "oid", "one", "locks"), {
          minLength: width,
          maxLength: width,
        }),
        rows: fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 3 }),
      }),
    );
    const settings = {
      answers: fc.array(table, { minLength: 1, maxLength: 5 }),
      status: fc.constantFrom("I", "T", "E"),
    };
    await fc.assert(
      fc.asyncProperty(fc.record(settings), fc.boolean(), async ({ answers, status }, isOpened) => {
        const answer = (text: string) => (isOpened && text.startsWith("BEGIN") ? opened("180000") : answers);
        expect((await faultFrom({ answer, status })).message).not.toBe("");
      }),
      { numRuns: 40 },
    );
  });
});

describe("a pooler that takes no options at the start", () => {
  test("is asked again without them, once", async () => {
    const { connections, message } = await faultFrom({
      answer: () => opened("130014"),
      refuse: (parameters) => (parameters.includes("options") ? "08P01" : undefined),
    });
    expect(message).toContain("older than PostgreSQL 14");
    expect(connections.map((parameters) => parameters.includes("default_transaction_read_only=on"))).toEqual([
      true,
      false,
    ]);
  });

  test("and nobody without them, is a fault with its words", async () => {
    const { connections, message, isRetryable } = await faultFrom({ answer: () => [], refuse: () => "08P01" });
    expect(message).toContain("unsupported startup parameter: options (08P01)");
    expect(connections).toHaveLength(2);
    expect(isRetryable).toBe(false);
  });

  test.each(["28P01", "53300", "3D000"])("but refuses for another reason (%s) is not asked twice", async (code) => {
    const { connections, message } = await faultFrom({ answer: () => [], refuse: () => code });
    expect(message).toContain(`(${code})`);
    expect(connections).toHaveLength(1);
  });
});
