import * as z from "zod";
import { configError, parseConfig } from "../../gate/gate-config.js";
import type { JsonObject } from "../../gate/json.js";
import { passwordForms } from "../password-forms.js";
import type { AllowedObjects } from "./catalogue/catalogue-object.js";

/** Where a PostgreSQL server is, and as whom to ask it. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`, or its parts. The password shows nowhere. */
  readonly connection: string | PostgresConnection;
  /** How long connecting may take. Milliseconds, from 1. @default 5000 */
  readonly connectTimeoutMs?: number;
  /**
   * Functions of your own that a query may call, as `"schema.name"`: all that share the name. Each must be STABLE or IMMUTABLE, by
   * which PostgreSQL keeps it from writing to tables; what else it does is yours to know. @default []
   */
  readonly allowFunctions?: readonly string[];
  /**
   * Extensions whose functions, types and operators a query may use where they are not volatile: `"postgis"`. Those of PostgreSQL's
   * own distribution that only compute (citext, hstore, pg_trgm and others) need no permission. @default []
   */
  readonly allowExtensions?: readonly string[];
}

/** The parts of a connection. */
export interface PostgresConnection {
  readonly host: string;
  /** @default 5432 */
  readonly port?: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** `true`, or options of Node's TLS. @default false */
  readonly ssl?: boolean | Readonly<Record<string, unknown>>;
}

const connectionUrl = z.string().refine((text) => /^postgres(?:ql)?:$/.test(protocolOf(text)), {
  // What was given may hold a password.
  error: "expected a URL such as postgres://user@host:5432/database; got something else",
});

const schema = z.strictObject({
  connection: z.union(
    [
      connectionUrl,
      z.strictObject({
        host: z.string().min(1),
        port: z.int().min(1).max(65_535).default(5_432),
        database: z.string().min(1),
        user: z.string().min(1),
        password: z.string().optional(),
        ssl: z.union([z.boolean(), z.record(z.string(), z.unknown())]).default(false),
      }),
    ],
    { error: "expected a postgres:// URL, or host, database and user" },
  ),
  connectTimeoutMs: z.int().min(1).default(5_000),
  allowFunctions: z
    .array(z.string().regex(/^[^.]+\.[^.]+$/, { error: 'expected "schema.name"' }))
    .readonly()
    .default([]),
  allowExtensions: z.array(z.string().min(1)).readonly().default([]),
});

/** Options as they are used. */
export interface ParsedPostgresOptions {
  /** What `pg` is given. */
  readonly client: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly description: JsonObject;
  /** Texts that must not show in an error. */
  readonly secrets: readonly string[];
  readonly allowed: AllowedObjects;
}

/** Checks the options. Throws a `GateError` with code `GATE_CONFIG_INVALID`. */
export function parsePostgresOptions(options: PostgresOptions): ParsedPostgresOptions {
  const { connection, connectTimeoutMs, allowFunctions, allowExtensions } = parseConfig(
    "postgres",
    "",
    schema,
    options,
  );
  const fields = typeof connection === "string" ? fieldsOf(connection) : connection;
  const { host, port, database, user, password } = fields;
  const address = typeof connection === "string" ? { connectionString: connection } : connection;
  return {
    client: { ...address, connectionTimeoutMillis: connectTimeoutMs, application_name: "release-gates" },
    name: `postgres ${database} at ${host}`,
    description: { type: "postgres", host, port, database, user },
    secrets: passwordForms(password),
    allowed: { functions: allowFunctions, extensions: allowExtensions },
  };
}

function fieldsOf(text: string) {
  try {
    const { hostname, port, pathname, username, password, searchParams } = new URL(text);
    // As `pg` reads them: a field in the query goes before the same one elsewhere.
    const user = searchParams.get("user") ?? decodeURIComponent(username);
    return {
      host: (searchParams.get("host") ?? hostname) || "localhost",
      port: Number(searchParams.get("port") ?? port) || 5_432,
      database: decodeURIComponent(pathname.slice(1)) || user,
      user,
      password: searchParams.get("password") ?? decodeURIComponent(password),
    };
  } catch {
    // The cause would hold the URL, and with it the password.
    const issue = { path: ["connection"], message: "expected a URL; it cannot be read as one" };
    // oxlint-disable-next-line preserve-caught-error
    throw configError("postgres", "", [issue]);
  }
}

function protocolOf(text: string): string {
  return text.slice(0, text.indexOf(":") + 1).toLowerCase();
}
