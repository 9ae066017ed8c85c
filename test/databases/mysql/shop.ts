import { readdir } from "node:fs/promises";
import type mysql from "mysql2/promise";
import { mysql as mysqlDatabase, type MysqlOptions } from "release-gates/databases";
import { untilNone, type MariaDbServer } from "../../helpers/mariadb.js";
import type { ContractDatabase } from "../database-contract.js";

/** What the tests ask: tables, and traps that write when something calls them. */
export const shop = `
  CREATE DATABASE shop CHARACTER SET utf8mb4;
  CREATE DATABASE other;
  USE shop;
  CREATE TABLE orders (id INT PRIMARY KEY, total DECIMAL(10, 2), INDEX (total)) ENGINE=InnoDB;
  INSERT INTO orders VALUES (1, 10.50), (2, 20.25), (3, NULL);
  CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(99)) ENGINE=InnoDB;
  CREATE TABLE logged_elsewhere (what VARCHAR(99)) ENGINE=MyISAM;
  CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(99), about TEXT, born DATE, place POINT NOT NULL, doc JSON,
    FULLTEXT (about), SPATIAL INDEX (place)) ENGINE=InnoDB;
  INSERT INTO people VALUES
    (1, 'Ada', 'wrote the first program', '1815-12-10', POINT(1, 2), '{"tags": ["maths"], "big": 9007199254740993}'),
    (2, 'Grace', 'wrote the first compiler', '1906-12-09', POINT(3, 4), '{"tags": []}');
  CREATE SEQUENCE numbers NOCACHE;
  CREATE TABLE numbered (id INT DEFAULT (NEXTVAL(numbers)), n INT);
  INSERT INTO numbered (id, n) VALUES (1, 1);
  CREATE TABLE computed (a INT, b INT AS (a + 1) VIRTUAL, c VARCHAR(9) AS (CONCAT('x''', a)) PERSISTENT);
  INSERT INTO computed (a) VALUES (1);
  CREATE TABLE versioned (a INT) WITH SYSTEM VERSIONING;
  INSERT INTO versioned VALUES (1);
  CREATE TABLE parted (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10));
  INSERT INTO parted VALUES (1);
  CREATE TABLE myisam_table (id INT) ENGINE=MyISAM;
  CREATE TABLE aria_table (id INT) ENGINE=Aria;
  CREATE TABLE memory_table (id INT) ENGINE=MEMORY;
  CREATE TABLE csv_table (id INT NOT NULL) ENGINE=CSV;
  CREATE TABLE merged (id INT) ENGINE=MERGE UNION=(myisam_table);
  CREATE FUNCTION evil() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO logged_elsewhere VALUES ('evil'); RETURN 1; END;
  CREATE FUNCTION locking() RETURNS INT RETURN GET_LOCK('evil', 0);
  CREATE FUNCTION vat(n DECIMAL(10, 2)) RETURNS DECIMAL(10, 2) DETERMINISTIC RETURN n * 0.19;
  CREATE FUNCTION regexp_like(a TEXT, b TEXT) RETURNS INT RETURN evil();
  CREATE FUNCTION \`count\`(n INT) RETURNS INT RETURN evil();
  CREATE FUNCTION point(n INT) RETURNS INT RETURN evil();
  CREATE FUNCTION linestring() RETURNS INT RETURN evil();
  CREATE FUNCTION \`select\`() RETURNS INT RETURN evil();
  CREATE PROCEDURE escape_all() SQL SECURITY DEFINER
    BEGIN COMMIT; SET SESSION TRANSACTION READ WRITE; DELETE FROM orders; COMMIT; END;
  CREATE VIEW calling AS SELECT evil() AS n;
  CREATE VIEW counted AS SELECT \`count\`(1) AS n;
  CREATE VIEW locking_view AS SELECT GET_LOCK('evil', 0) AS n;
  CREATE VIEW sleeping AS SELECT SLEEP(1) AS n;
  CREATE VIEW outer_calling AS SELECT n FROM calling;
  CREATE VIEW of_sequence AS SELECT NEXTVAL(numbers) AS n;
  CREATE VIEW of_passwords AS SELECT User, authentication_string FROM mysql.user;
  CREATE VIEW of_myisam AS SELECT id FROM myisam_table;
  CREATE VIEW harmless AS SELECT o.id, COUNT(*) OVER (PARTITION BY o.total) AS n, CAST(o.id AS CHAR) AS text,
      o.total BETWEEN 1 AND 100 AS cheap, CASE WHEN o.id > 1 THEN 'many' ELSE _latin1'one' END AS word
    FROM orders o LEFT JOIN people p ON p.id = o.id WHERE o.id IN (SELECT id FROM orders) ORDER BY 1;
  CREATE VIEW outer_harmless AS SELECT id FROM harmless UNION SELECT 4;
  CREATE VIEW total_sum AS SELECT SUM(total) AS total FROM orders;
  CREATE TABLE other.goods (id INT PRIMARY KEY);
  INSERT INTO other.goods VALUES (7);
  CREATE TRIGGER orders_changed AFTER UPDATE ON orders FOR EACH ROW INSERT INTO log (what) VALUES ('changed');
  CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM log;
  CREATE USER gates IDENTIFIED BY 'plain secret';
  GRANT SELECT, SHOW VIEW, EXECUTE ON shop.* TO gates;
  GRANT SELECT ON other.* TO gates;
  CREATE USER reader IDENTIFIED BY 'plain secret';
  GRANT SELECT, SHOW VIEW ON shop.* TO reader;
`;

/** Statements that a server counts, and that a query may cause: those of the session around it, and of the test's own looks. */
const ownStatements =
  /^Com_(?:select|set_option|begin|rollback|show_.*|stmt_.*|do|admin_commands|change_db|checksum|update|kill|call_procedure)$/i;
/** What changes by itself. */
const restless = new Set(["timestamp", "pseudo_thread_id", "error_count", "warning_count", "last_gtid", "rand_seed1"]);

/** Looks at everything of a server that a query could change, by a road of its own. */
export class Bystander {
  readonly #server: MariaDbServer;
  readonly #writer: mysql.Connection;
  readonly #other: mysql.Connection;

  private constructor(server: MariaDbServer, writer: mysql.Connection, other: mysql.Connection) {
    this.#server = server;
    this.#writer = writer;
    this.#other = other;
  }

  static async of(server: MariaDbServer): Promise<Bystander> {
    const writer = await server.open();
    await writer.query(shop);
    // Of the user that the attacks run as, as an application's may be.
    const other = await server.open("gates", "plain secret", "shop");
    return new Bystander(server, writer, other);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.end();
    await this.#other.end();
  }

  async rows(text: string): Promise<readonly mysql.RowDataPacket[]> {
    return (await this.#writer.query<mysql.RowDataPacket[]>(text))[0];
  }

  database(user: "root" | "gates" | "reader", options: Omit<MysqlOptions, "connection"> = {}): ContractDatabase {
    const { host, port } = this.#server.root;
    const password = user === "root" ? {} : { password: "plain secret" };
    return {
      database: mysqlDatabase({ connection: { host, port, database: "shop", user, ...password }, ...options }),
      endless: "SELECT SUM(a.seq * b.seq) AS n FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
      fingerprint: () => this.fingerprint(),
      leftovers: () => this.leftovers(),
    };
  }

  async leftovers(): Promise<readonly string[]> {
    const ours = [this.#writer.threadId, this.#other.threadId].join(", ");
    const left = await untilNone(() =>
      this.rows(
        `SELECT ID, INFO FROM information_schema.PROCESSLIST WHERE ID NOT IN (${ours}) AND COMMAND <> 'Daemon'`,
      ),
    );
    return left.map((row) => JSON.stringify(row));
  }

  async fingerprint(): Promise<unknown> {
    const sums = await this.rows(
      `CHECKSUM TABLE shop.orders, shop.log, shop.logged_elsewhere, shop.people, shop.numbered, shop.computed, shop.versioned,
        shop.parted, shop.myisam_table, shop.aria_table, shop.csv_table, other.goods, mysql.global_priv, mysql.db, mysql.proc,
        mysql.event, mysql.func, mysql.plugin, mysql.servers, mysql.roles_mapping, mysql.tables_priv, mysql.table_stats`,
    );
    const things = await this.rows(
      `SELECT CONCAT_WS(' ', TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, CREATE_TIME, TABLE_COMMENT) AS thing
        FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema')
        UNION ALL SELECT CONCAT_WS(' ', ROUTINE_SCHEMA, ROUTINE_NAME, LAST_ALTERED) FROM information_schema.ROUTINES
        UNION ALL SELECT CONCAT_WS(' ', TRIGGER_SCHEMA, TRIGGER_NAME) FROM information_schema.TRIGGERS
        UNION ALL SELECT CONCAT_WS(' ', EVENT_SCHEMA, EVENT_NAME, STATUS) FROM information_schema.EVENTS
        UNION ALL SELECT CONCAT_WS(' ', SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME) FROM information_schema.SCHEMATA
        UNION ALL SELECT CONCAT_WS(' ', PLUGIN_NAME, PLUGIN_STATUS) FROM information_schema.ALL_PLUGINS
        UNION ALL SELECT CONCAT('next ', next_not_cached_value) FROM shop.numbers
        UNION ALL SELECT CONCAT('lock ', IS_USED_LOCK('evil'))`,
    );
    const settings = await this.rows("SHOW GLOBAL VARIABLES");
    const statements = await this.rows("SHOW GLOBAL STATUS LIKE 'Com\\_%'");
    return {
      sums: sums.map((row) => `${row["Table"]} ${row["Checksum"]}`),
      things: things.map((row) => String(row["thing"])).toSorted(),
      settings: pairs(settings).filter(([name]) => !restless.has(name)),
      statements: pairs(statements).filter(([name]) => !ownStatements.test(name)),
      log: await this.rows("SHOW MASTER STATUS"),
      files: (await readdir(this.#server.folder, { recursive: true })).toSorted(),
      other: await this.#canWrite(),
    };
  }

  /** Whether another session lives, and can write at once. */
  async #canWrite(): Promise<string> {
    await this.#writer.query(`SET lock_wait_timeout = 1, innodb_lock_wait_timeout = 1; START TRANSACTION;
      UPDATE shop.people SET about = 'locked?'; UPDATE shop.log SET what = 'locked?'; ROLLBACK`);
    await this.#other.query("SELECT 1");
    return "writes at once";
  }
}

function pairs(rows: readonly mysql.RowDataPacket[]): readonly (readonly [string, string])[] {
  return rows.map((row) => [String(row["Variable_name"]), String(row["Value"])]);
}
