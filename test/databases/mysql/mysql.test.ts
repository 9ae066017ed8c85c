import { isGateError } from "release-gates";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMariaDb, type MariaDbServer } from "../../helpers/mariadb.js";
import { packageVersion } from "../../helpers/package-version.js";
import { describeWithService } from "../../helpers/services.js";
import { ask, describeReadOnlyDatabase } from "../database-contract.js";
import { attacks } from "./attacks.js";
import { reads } from "./reads.js";
import { Bystander } from "./shop.js";

const server = await startMariaDb().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const how = `It needs MariaDB 10.11 or later: apt-get install mariadb-server. ${isRunning ? "" : server.message.slice(0, 200)}`;

describeWithService("mysql", isRunning, how, () => {
  let bystander: Bystander;

  beforeAll(async () => {
    bystander = await Bystander.of(server as MariaDbServer);
    console.info(`attacked: MariaDB ${(server as MariaDbServer).version}, by mysql2 ${packageVersion("mysql2")}`);
  });

  afterAll(async () => {
    await bystander[Symbol.asyncDispose]();
    await (server as MariaDbServer)[Symbol.asyncDispose]();
  });

  const words = {
    parameter: "?",
    series: (rows: number) => `SELECT seq AS n FROM seq_1_to_${rows}`,
    attacks,
    reads,
    kinds: [
      ["SELECT id, total, X'00' AS b, TRUE AS t, NULL AS n FROM orders", ["number", "number", "bytes", "number", null]],
    ],
  } as const;
  describeReadOnlyDatabase("mysql as root", { open: () => bystander.database("root"), ...words });
  describeReadOnlyDatabase("mysql as a plain user", { open: () => bystander.database("gates"), ...words });

  describe("mysql, attacked", () => {
    test.each(attacks)("does not run %s", async (text) => {
      const error: unknown = await ask(bystander.database("root").database, text).catch((thrown: unknown) => thrown);
      // A statement that is not known to be harmless is refused, and does not merely fail.
      expect(isGateError(error, "SOURCE_FAILED") && error.details.fault).toBe("refused");
    });

    test("leaves no connection", async () => {
      expect(await bystander.leftovers()).toEqual([]);
    });
  });
});
