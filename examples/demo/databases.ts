import sqlite from "node-sqlite3-wasm";

const customers = 200;
const orderCount = 4_000;

/** Fills the database of version 1: a few thousand orders, the same in every run. */
export function fillDatabase(file: string): void {
  using db = open(file);
  db.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, placed_at TEXT, total_cents INTEGER)");
  db.exec("CREATE INDEX orders_by_customer ON orders (customer_id)");
  const rows = Array.from({ length: orderCount }, (_, index) => orderOf(index + 1));
  insert(db, "INSERT INTO orders VALUES (?, ?, ?, ?)", rows);
}

/**
 * The migration to version 2: loads every order into a staging table, and from there into the new tables.
 *
 * With `losesRows`, it does what migrations do: it drops a few rows, and says nothing.
 */
export function migrate(from: string, to: string, { losesRows }: { readonly losesRows: boolean }): void {
  using source = open(from);
  using target = open(to);
  const rows = source.all("SELECT id, customer_id, placed_at, total_cents FROM orders");
  target.exec("CREATE TABLE staging_orders (id INTEGER, customer_id INTEGER, placed_at TEXT, total_cents INTEGER)");
  insert(
    target,
    "INSERT INTO staging_orders VALUES (?, ?, ?, ?)",
    rows.map((row) => Object.values(row) as Row),
  );
  target.exec(`
    CREATE TABLE orders (
      id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, placed_at TEXT NOT NULL, total_cents INTEGER NOT NULL
    );
    CREATE INDEX orders_by_customer ON orders (customer_id);
    INSERT INTO orders SELECT * FROM staging_orders ${losesRows ? "WHERE id % 397 <> 0" : ""};
    CREATE TABLE customer_totals AS
      SELECT customer_id, count(*) AS orders, sum(total_cents) AS total_cents FROM orders GROUP BY customer_id;
  `);
}

type Row = sqlite.SQLiteValue[];

function insert(db: sqlite.Database, text: string, rows: readonly Row[]): void {
  const statement = db.prepare(text);
  db.exec("BEGIN");
  for (const row of rows) statement.run(row);
  statement.finalize();
  db.exec("COMMIT");
}

function orderOf(id: number): Row {
  const placedAt = new Date(Date.UTC(2029, 0, 1) + id * 7_919_000).toISOString();
  return [id, (id * 31) % customers, placedAt, 500 + ((id * 2_654_435) % 19_500)];
}

function open(file: string): sqlite.Database & Disposable {
  const db = new sqlite.Database(file);
  return Object.assign(db, { [Symbol.dispose]: () => db.close() });
}
