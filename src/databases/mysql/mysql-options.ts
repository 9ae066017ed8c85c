import * as z from "zod";
import { configError, parseConfig } from "../../gate/gate-config.js";
import type { JsonObject } from "../../gate/json.js";
import { passwordForms } from "../password-forms.js";

/** Where a MySQL or MariaDB server is, as whom to ask it, and what of it may be read. */
export interface MysqlOptions {
  /** `mysql://user:password@host:port/database`, or its parts. The password shows nowhere. */
  readonly connection: string | MysqlConnection;
  /** How long connecting may take. Milliseconds, from 1. @default 5000 */
  readonly connectTimeoutMs?: number;
  /**
   * Stored functions that a query may call, as `schema.name`. They run with all that their definers may do: name only those whose
   * bodies you know. @default []
   */
  readonly allowFunctions?: readonly string[];
  /**
   * Whether tables may be read whose engines (MyISAM, Aria, MEMORY, CSV) make writers wait for as long as they are read.
   * @default false
   */
  readonly allowBlockingReads?: boolean;
}

/** The parts of a connection. */
export interface MysqlConnection {
  readonly host: string;
  /** @default 3306 */
  readonly port?: number;
  /** The schema that names without one belong to. */
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** `true`, or options of Node's TLS. @default false */
  readonly ssl?: boolean | Readonly<Record<string, unknown>>;
}

const connectionUrl = z.string().refine((text) => /^(?:mysql|mariadb):\/\//i.test(text), {
  // What was given may hold a password.
  error: "expected a URL such as mysql://user@host:3306/database; got something else",
});

const partsSchema = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(3_306),
  database: z.string().min(1),
  user: z.string().min(1),
  password: z.string().optional(),
  ssl: z.union([z.boolean(), z.record(z.string(), z.unknown())]).default(false),
});

const schema = z.strictObject({
  connection: z.union([connectionUrl, partsSchema], {
    error: "expected a mysql:// URL, or host, database and user",
  }),
  connectTimeoutMs: z.int().min(1).default(5_000),
  allowFunctions: z
    .array(z.string().regex(/^[^.`]+\.[^.`]+$/, { error: "expected a stored function's name as schema.name" }))
    .default([]),
  allowBlockingReads: z.boolean().default(false),
});

/** Options as they are used. */
export interface ParsedMysqlOptions {
  /** What `mysql2` is given. */
  readonly client: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly description: JsonObject;
  /** Texts that must not show in an error. */
  readonly secrets: readonly string[];
  readonly rules: ReadingRules;
}

/** What may be read. */
export interface ReadingRules {
  /** The schema that names without one belong to. */
  readonly database: string;
  /** Stored functions, as `schema.name`, the name in lower case. */
  readonly allowFunctions: ReadonlySet<string>;
  readonly allowBlockingReads: boolean;
}

/** Checks the options. Throws a `GateError` with code `GATE_CONFIG_INVALID`. */
export function parseMysqlOptions(options: MysqlOptions): ParsedMysqlOptions {
  const parsed = parseConfig("mysql", "", schema, options);
  const { connectTimeoutMs, allowBlockingReads } = parsed;
  const parts = typeof parsed.connection === "string" ? partsOf(parsed.connection) : parsed.connection;
  const { host, port, database, user, password, ssl } = parts;
  const allowFunctions = parsed.allowFunctions.toSorted();
  return {
    client: {
      host,
      port,
      database,
      user,
      password,
      connectTimeout: connectTimeoutMs,
      ...(ssl === false ? {} : { ssl: ssl === true ? {} : ssl }),
      charset: "utf8mb4",
      timezone: "Z",
      multipleStatements: false,
      flags: ["-LOCAL_FILES", "-MULTI_STATEMENTS", "-MULTI_RESULTS"],
      supportBigNumbers: true,
      dateStrings: true,
      jsonStrings: true,
      // No code is made of the names that a server sends.
      disableEval: true,
      connectAttributes: { program_name: "release-gates" },
    },
    name: `mysql ${database} at ${host}`,
    description: { type: "mysql", host, port, database, user, allowFunctions, allowBlockingReads },
    secrets: passwordForms(password),
    rules: { database, allowFunctions: new Set(allowFunctions.map(withLowerName)), allowBlockingReads },
  };
}

// Schemas may be told apart by case; names of routines never are.
function withLowerName(path: string): string {
  const [schemaName = "", name = ""] = path.split(".");
  return `${schemaName}.${name.toLowerCase()}`;
}

function partsOf(text: string): z.output<typeof partsSchema> {
  try {
    const { hostname, port, pathname, username, password, search } = new URL(text);
    if (search !== "") throw new Error("the URL has a query");
    const secret = decodeURIComponent(password);
    return partsSchema.parse({
      // An address of IPv6 stands in brackets in a URL, and nowhere else.
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      ...(port === "" ? {} : { port: Number(port) }),
      database: decodeURIComponent(pathname.slice(1)),
      user: decodeURIComponent(username),
      ...(secret === "" ? {} : { password: secret }),
    });
  } catch {
    // The cause would hold the URL, and with it the password.
    const message =
      "expected a URL with host, user and database, and without a query; give its parts for anything else";
    // oxlint-disable-next-line preserve-caught-error
    throw configError("mysql", "", [{ path: ["connection"], message }]);
  }
}
