import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { QueryRequest } from "release-gates";
import { mysql, type MysqlOptions } from "release-gates/databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allowedFunctions } from "../../../src/databases/mysql/sql/allowed-functions.js";
import { root } from "../../docs/code-fences.js";
import { startMariaDb, type MariaDbServer } from "../../helpers/mariadb.js";
import { startByteProxy } from "../../helpers/byte-proxy.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, faultOf } from "../database-contract.js";
import { Bystander } from "./shop.js";

const server = await startMariaDb().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const how = `It needs MariaDB 10.11 or later: apt-get install mariadb-server. ${isRunning ? "" : server.message.slice(0, 200)}`;

const limits = { timeoutMs: 10_000, maxRows: 100, maxBytes: 100_000, role: "warn" } as const;

describeWithService("mysql, on a server of its own", isRunning, how, () => {
  let bystander: Bystander;
  const { host, port } = isRunning ? server.root : { host: "", port: 0 };
  const at = (user: string, password?: string, options: Omit<MysqlOptions, "connection"> = {}) =>
    mysql({
      connection: { host, port, database: "shop", user, ...(password === undefined ? {} : { password }) },
      ...options,
    });
  const reader = (options: Omit<MysqlOptions, "connection"> = {}) => at("reader", "plain secret", options);
  const answer = (user: ReturnType<typeof at>, text: string, more: Partial<QueryRequest> = {}) =>
    user.query({ text, params: [], ...limits, signal: new AbortController().signal, ...more });

  /** Sets something for everybody, while `body` runs. */
  const whileGlobal = async (name: string, value: string, body: () => Promise<void>) => {
    const [row] = await bystander.rows(`SELECT @@global.${name} AS value`);
    await bystander.rows(`SET GLOBAL ${name} = ${value}`);
    try {
      await body();
    } finally {
      const before: unknown = row?.["value"];
      const literal = typeof before === "number" || before === "DEFAULT" ? before : `'${String(before)}'`;
      await bystander.rows(`SET GLOBAL ${name} = ${literal}`);
    }
  };

  beforeAll(async () => {
    bystander = await Bystander.of(server as MariaDbServer);
  });

  afterAll(async () => {
    await bystander[Symbol.asyncDispose]();
    await (server as MariaDbServer)[Symbol.asyncDispose]();
  });

  describe("what a server has for everybody", () => {
    test("quotes and escapes mean what they were read as", async () => {
      await whileGlobal("sql_mode", "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,ORACLE'", async () => {
        const text = `SELECT "a\\'b" AS a, 1 || 0 AS b`;
        expect(await ask(reader(), text)).toEqual([{ a: "a'b", b: 1 }]);
        // In that mode, the next number of a sequence.
        expect((await faultOf(ask(at("root"), "SELECT numbers.nextval AS n"))).message).toContain("Unknown table");
      });
    });

    test("a limit of rows does not cut an answer", async () => {
      await whileGlobal("sql_select_limit", "1", async () => {
        expect(await ask(reader(), "SELECT id FROM orders")).toHaveLength(3);
      });
    });

    test("serializable reads do not lock: another session writes what was read", async () => {
      await whileGlobal("tx_isolation", "'SERIALIZABLE'", async () => {
        const [row] = await ask(reader(), "SELECT COUNT(*) AS n FROM orders");
        expect(row).toEqual({ n: 3 });
        const text =
          "SELECT o.id, SUM(a.seq * b.seq) AS n FROM orders o, seq_1_to_1000000 a, seq_1_to_1000000 b GROUP BY o.id";
        const reading = faultOf(ask(reader(), text, { timeoutMs: 1_500 }));
        let runs: readonly unknown[] = [];
        while (runs.length === 0) {
          runs = await bystander.rows(
            "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT o.id, SUM%'",
          );
        }
        // A read-only transaction may lock nothing even then; that it is none of these is certain.
        const levels = await bystander.rows("SELECT trx_isolation_level AS level FROM information_schema.INNODB_TRX");
        expect(levels).toEqual([{ level: "READ COMMITTED" }]);
        await bystander.rows("UPDATE orders SET total = 10.50 WHERE id = 1");
        expect((await reading).fault).toBe("limit");
      });
    });

    // As online changes of a schema do it. To a snapshot from before, the copy is an empty table.
    test.each([
      ["renamed", "RENAME TABLE items TO former, copy TO items"],
      ["exchanged", "ALTER TABLE items EXCHANGE PARTITION p0 WITH TABLE copy"],
      ["written anew", "ALTER TABLE items MODIFY id BIGINT, ALGORITHM=COPY"],
    ])("a table that is %s just before it is read has the rows that it then has", async (_, ddl) => {
      await bystander.rows(`DROP TABLE IF EXISTS items, copy, former; CREATE TABLE copy (id INT);
        CREATE TABLE items (id INT) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (9)); INSERT INTO items VALUES (1), (2), (3)`);
      const change = async (bytes: Buffer) => {
        if (bytes.includes("FROM items")) await bystander.rows(`INSERT INTO copy SELECT * FROM items; ${ddl}`);
        return bytes;
      };
      await using proxy = await startByteProxy({ route: () => ({ host, port }), rewrite: change });
      const connection = { host, port: proxy.port, database: "shop", user: "reader", password: "plain secret" };
      expect(await ask(mysql({ connection }), "SELECT COUNT(*) AS n FROM items")).toEqual([{ n: 3 }]);
    });

    test("a past that everybody is shown is not", async () => {
      await whileGlobal("system_versioning_asof", "'2020-01-01 00:00:00'", async () => {
        expect(await ask(reader(), "SELECT a FROM versioned")).toEqual([{ a: 1 }]);
      });
    });

    test.each([
      ["init_connect", "'SET timestamp = 1000000'", "SELECT NOW() > '2026-01-01' AS n", 1],
      ["old_mode", "'ZERO_DATE_TIME_CAST'", "SELECT CAST(TIME '10:00:00' AS DATETIME) > '2026-01-01' AS n", 1],
      ["default_regex_flags", "'DOTALL,EXTENDED'", "SELECT 'a\nb' REGEXP 'a.b' OR 'ab' REGEXP 'a b' AS n", 0],
    ])("with %s %s, an answer is as without it", async (name, value, text, n) => {
      await whileGlobal(name, value, async () => {
        expect(await ask(reader(), text)).toEqual([{ n }]);
      });
    });

    test("what is run for each that connects does not last", async () => {
      await whileGlobal(
        "init_connect",
        '\'SET sql_mode = "ANSI_QUOTES", time_zone = "+05:00", NAMES latin1\'',
        async () => {
          expect(await ask(reader(), `SELECT "ü" AS a, FROM_UNIXTIME(0) AS b`)).toEqual([
            { a: "ü", b: "1970-01-01T00:00:00" },
          ]);
        },
      );
    });
  });

  describe("an answer that may be incomplete or wrong is a fault", () => {
    test.each([
      [
        "a group that was cut",
        "SELECT GROUP_CONCAT(REPEAT('x', 1000)) AS n FROM seq_1_to_2000",
        /GROUP_CONCAT was cut \(1260\)/,
      ],
      [
        "a recursion that was stopped",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT COUNT(*) AS n FROM n",
        /stopped before its end \(1931\)/,
      ],
      ["a text that was read as a number", "SELECT COUNT(*) AS n FROM people WHERE name = 0", /\(1292\)/],
      ["a division by zero", "SELECT AVG(1 / (id - 1)) AS n FROM orders", /\(1365\)/],
      ["a date that is none", "SELECT STR_TO_DATE('noon', '%d.%m.%Y') AS n", /\(1411\)/],
      ["a text that is too long", "SELECT REPEAT('x', 100000000) AS n", /\(1301\)/],
    ])("%s", async (_, text, why) => {
      const { message, fault, isRetryable } = await faultOf(ask(reader(), text, { maxBytes: 10_000_000 }));
      expect(message).toMatch(why);
      expect(fault).toBe("incomplete");
      expect(isRetryable).toBe(false);
    });

    test("and quotes no value of a row", async () => {
      const { message } = await faultOf(ask(reader(), "SELECT id FROM people WHERE name = 0"));
      expect(message).not.toContain("Ada");
    });

    test("a statement before it does not make it one", async () => {
      expect(await ask(at("root"), "SELECT JSON_OBJECT('a', 1) AS doc")).toEqual([{ doc: { a: 1 } }]);
    });

    test("a recursion that is not stopped is none", async () => {
      const text =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT COUNT(*) AS n FROM n";
      expect(await ask(reader(), text)).toEqual([{ n: 50_000 }]);
    });
  });

  describe("the role", () => {
    test("one that may only read is not warned of, and is let in where that is required", async () => {
      expect(await answer(reader(), "SELECT 1 AS a", { role: "require-read-only" })).toMatchObject({
        rows: [{ a: 1 }],
        warnings: [],
      });
    });

    test("one that may do more is refused where that is required", async () => {
      const { message, fault } = await faultOf(ask(at("root"), "SELECT 1 AS a", { role: "require-read-only" }));
      expect(message).toContain("may do more than read: ALL PRIVILEGES");
      expect(fault).toBe("refused");
    });

    test("one that may do more is warned of, in a sentence", async () => {
      const { warnings } = await answer(at("gates", "plain secret"), "SELECT 1 AS a");
      expect(warnings).toEqual(["The database user may do more than read: EXECUTE."]);
    });

    test.each([
      [
        "a role",
        "CREATE ROLE writers; GRANT INSERT ON shop.* TO writers; GRANT writers TO tested",
        ["the role `writers`"],
      ],
      [
        "a role that it has from the start",
        "CREATE ROLE a; CREATE ROLE b; GRANT a TO b; GRANT b TO tested; GRANT DELETE ON shop.log TO a; SET DEFAULT ROLE b FOR tested",
        ["the role `a`", "DELETE"],
      ],
      ["one table", "GRANT UPDATE ON shop.log TO tested", ["UPDATE"]],
      ["one column", "GRANT SELECT (id), UPDATE (what) ON shop.log TO tested", ["UPDATE"]],
      ["a procedure", "GRANT EXECUTE ON PROCEDURE shop.escape_all TO tested", ["EXECUTE"]],
      ["to grant", "GRANT SELECT ON shop.* TO tested WITH GRANT OPTION", ["GRANT OPTION"]],
      ["files", "GRANT FILE, PROCESS ON *.* TO tested", ["PROCESS", "FILE"]],
      ["locks", "GRANT LOCK TABLES ON shop.* TO tested", ["LOCK TABLES"]],
    ])("the right to %s is found", async (_, grants, rights) => {
      await bystander.rows(`CREATE USER tested; GRANT SELECT ON shop.* TO tested; ${grants}`);
      const { message } = await faultOf(ask(at("tested"), "SELECT 1 AS a", { role: "require-read-only" }));
      await bystander.rows("DROP USER tested; DROP ROLE IF EXISTS writers, a, b");
      expect(message).toContain(`may do more than read: ${rights.join(", ")}.`);
    });

    test("the script of the documentation makes one that may only read", async () => {
      const page = readFileSync(join(root, "docs/read-only-query-mysql.md"), "utf8");
      const [, script = ""] = /```sql grants\n(.*?)```/s.exec(page) ?? [];
      await bystander.rows(script.replaceAll("orders_db", "shop").replace("a long random password", "of the script"));
      const gates = at("release_gates", "of the script");
      const { rows, warnings } = await answer(gates, "SELECT total FROM total_sum", { role: "require-read-only" });
      expect({ rows, warnings }).toEqual({ rows: [{ total: "30.75" }], warnings: [] });
    });
  });

  describe("what may be read", () => {
    test("a stored function is called where it is allowed by its full name", async () => {
      const gates = at("gates", "plain secret", { allowFunctions: ["shop.vat"] });
      expect(await ask(gates, "SELECT shop.VAT(100) AS tax, `shop`.`vat`(0) AS none")).toEqual([
        { tax: "19.00", none: "0.00" },
      ]);
      expect((await faultOf(ask(gates, "SELECT vat(100) AS tax"))).fault).toBe("refused");
      expect((await faultOf(ask(gates, "SELECT other.vat(100) AS tax"))).fault).toBe("refused");
    });

    test("a table whose readers block writers is read where that is allowed", async () => {
      const { database } = bystander.database("gates", { allowBlockingReads: true });
      expect(await ask(database, "SELECT id FROM myisam_table")).toEqual([]);
      expect((await faultOf(ask(database, "SELECT id FROM merged"))).message).toContain("MRG_MyISAM");
    });

    test("a table whose engine asks another server is not read: there, a view may write", async () => {
      const there = `mysql://root@${host}:${port}/shop/calling`;
      await bystander.rows("INSTALL SONAME 'ha_federatedx'");
      await bystander.rows(`CREATE TABLE shop.far (n INT) ENGINE=FEDERATED CONNECTION='${there}'`);
      // Already to define it asks the other server.
      await bystander.rows("DELETE FROM shop.logged_elsewhere");
      const { message, fault } = await faultOf(ask(at("root"), "SELECT n FROM far"));
      const written = await bystander.rows("SELECT * FROM shop.logged_elsewhere");
      await bystander.rows("DROP TABLE shop.far; UNINSTALL SONAME 'ha_federatedx'");
      expect({ fault, written }).toEqual({ fault: "refused", written: [] });
      expect(message).toContain("FEDERATED");
    });

    test("a view is not read where it cannot be looked into", async () => {
      await bystander.rows("CREATE USER blind; GRANT SELECT ON shop.* TO blind");
      const { message, fault } = await faultOf(ask(at("blind"), "SELECT * FROM harmless"));
      expect(message).toContain("needs SHOW VIEW");
      expect(fault).toBe("refused");
    });

    test("the server's own view of everything has no effect on it", async () => {
      const { database, fingerprint } = bystander.database("root");
      const before = await fingerprint();
      for (const view of ["TABLES", "COLUMNS", "VIEWS", "ROUTINES", "STATISTICS", "TRIGGERS"]) {
        await ask(database, `SELECT COUNT(*) AS n FROM information_schema.${view}`).catch(() => undefined);
      }
      expect(await fingerprint()).toEqual(before);
    });

    test("each function that is allowed is one of MariaDB's own", async () => {
      const strangers: string[] = [];
      for (const name of allowedFunctions("MariaDB")) {
        // The grammar holds this one to two arguments.
        const counts = name === "point" ? [2] : [0, 1, 2, 3, 4, 5];
        for (const count of counts) {
          // A person's own function would not be found; one of the server's complains of something else.
          const text = `SELECT ${name}(${Array.from({ length: count }, () => "NULL").join(", ")})`;
          const error = await bystander.rows(text).catch((thrown: { errno?: number }) => thrown);
          if ("errno" in error && (error.errno === 1305 || error.errno === 1630)) strangers.push(text);
        }
      }
      expect(strangers).toEqual([]);
    });
  });

  describe("a connection", () => {
    test("a wrong password is a fault that shows neither", async () => {
      const { message, isRetryable } = await faultOf(ask(at("gates", "wr0ng!"), "SELECT 1 AS a"));
      expect(message).toContain("Access denied");
      expect(message).not.toContain("wr0ng!");
      expect(isRetryable).toBe(false);
    });

    test("a server that is not there is a fault that asking again may mend", async () => {
      const nowhere = mysql({ connection: "mysql://gates:hush@127.0.0.1:1/x" });
      const { message, isRetryable } = await faultOf(ask(nowhere, "SELECT 1 AS a"));
      expect(message).toContain("ECONNREFUSED");
      expect(message).not.toContain("hush");
      expect(isRetryable).toBe(true);
    });

    test("a server that lets nobody in is a fault that asking again may mend", async () => {
      const silent = createServer().listen(0, "127.0.0.1");
      await once(silent, "listening");
      const connection = `mysql://gates@127.0.0.1:${(silent.address() as AddressInfo).port}/x`;
      expect(await faultOf(ask(mysql({ connection, connectTimeoutMs: 50 }), "SELECT 1 AS a"))).toMatchObject({
        isRetryable: true,
      });
      expect(await faultOf(ask(mysql({ connection }), "SELECT 1 AS a", { timeoutMs: 50 }))).toMatchObject({
        isRetryable: true,
      });
      silent.close();
    });

    test("a session that the server ends is a fault that asking again may mend", async () => {
      const text = "SELECT SUM(a.seq * b.seq) AS ended FROM seq_1_to_1000000 a, seq_1_to_1000000 b";
      const query = faultOf(ask(reader(), text));
      let ended: readonly Record<string, unknown>[] = [];
      while (ended.length === 0) {
        ended = await bystander.rows(
          "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SUM%ended%' AND USER = 'reader'",
        );
      }
      await bystander.rows(`KILL CONNECTION ${String(ended[0]?.["ID"])}`);
      expect((await query).isRetryable).toBe(true);
    });

    test("one huge value does not fill the memory: it is cut while it comes in", async () => {
      const text = "SELECT REPEAT('x', 15000000) AS n";
      const { message, fault } = await faultOf(ask(reader(), text, { maxBytes: 1_000 }));
      expect(message).toContain("more than 1000 bytes");
      expect(fault).toBe("limit");
      expect(await bystander.leftovers()).toEqual([]);
    });

    test("a parameter that the server could read as a shape is refused beside functions of geometry", async () => {
      const text = "SELECT ST_AsText(?) AS shape";
      const { message, fault } = await faultOf(ask(reader(), text, { params: ["\u0000\u0001\u0007"] }));
      expect(message).toContain("a parameter with a control character");
      expect(fault).toBe("refused");
    });

    test("a very long parameter that may be searched for is refused, as no timeout ends that", async () => {
      const text = "SELECT LOCATE(?, ?) AS n";
      const { message, fault } = await faultOf(ask(reader(), text, { params: ["x", "a".repeat(70_000)] }));
      expect(message).toContain("parameter of more than 65536 characters");
      expect(fault).toBe("refused");
    });

    test("parameters are bound, and are not text of the statement", async () => {
      const params = ["' OR evil() -- ", 3, true, null];
      expect(await ask(reader(), "SELECT ? AS a, ? AS b, ? AS c, ? AS d", { params })).toEqual([
        { a: "' OR evil() -- ", b: 3, c: 1, d: null },
      ]);
    });
  });
});

describe("the options of mysql", () => {
  test("its description has no password, and says what it may call", () => {
    const connection = "mariadb://gates:hush%21@db.internal/orders";
    const { name, description } = mysql({ connection, allowFunctions: ["shop.vat"] });
    expect(name).toBe("mysql orders at db.internal");
    expect(description).toEqual({
      type: "mysql",
      host: "db.internal",
      port: 3306,
      database: "orders",
      user: "gates",
      allowFunctions: ["shop.vat"],
      allowBlockingReads: false,
    });
  });

  test.each([
    "postgres://gates:hush@host/db",
    "mysql://gates:hush@host/db?multipleStatements=true",
    "mysql://gates:hush@host",
    "mysql://:hush@host/db",
    "mysql://gates:hush@host:99999/db",
  ])("%s is refused, and not shown", (connection) => {
    expect(() => mysql({ connection })).toThrow(/expected a/);
    expect(() => mysql({ connection })).not.toThrow(/hush/);
  });

  test("an address of IPv6 is read out of its brackets", () => {
    expect(mysql({ connection: "mysql://gates@[fd00::1]:3307/orders" }).description).toMatchObject({
      host: "fd00::1",
      port: 3307,
    });
  });

  test("a stored function without a schema is refused", () => {
    const connection = { host: "h", database: "d", user: "u" };
    expect(() => mysql({ connection, allowFunctions: ["vat"] })).toThrow(/schema\.name/);
  });
});
