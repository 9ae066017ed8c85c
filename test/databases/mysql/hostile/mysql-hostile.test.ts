import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMariaDb, type MariaDbServer } from "../../../helpers/mariadb.js";
import { describeWithService } from "../../../helpers/services.js";
import { ask, faultOf } from "../../database-contract.js";
import { attacks } from "../attacks.js";
import { Bystander } from "../shop.js";
import { hostileAttacks, misleading } from "./hostile-attacks.js";
import { releaseReads, releaseTables } from "./release-reads.js";
import { traps } from "./traps.js";

const server = await startMariaDb().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const how = `It needs MariaDB 10.11 or later: apt-get install mariadb-server. ${isRunning ? "" : server.message.slice(0, 200)}`;

describeWithService("mysql, among traps", isRunning, how, () => {
  let bystander: Bystander;

  beforeAll(async () => {
    bystander = await Bystander.of(server as MariaDbServer);
    await bystander.rows(traps);
    await bystander.rows(releaseTables);
    // To define a view may call what it calls.
    await bystander.rows("DELETE FROM shop.logged_elsewhere");
  });

  afterAll(async () => {
    await bystander[Symbol.asyncDispose]();
    await (server as MariaDbServer)[Symbol.asyncDispose]();
  });

  test("each attack is a new one", () => {
    expect(hostileAttacks.filter((text, at) => attacks.includes(text) || hostileAttacks.indexOf(text) !== at)).toEqual(
      [],
    );
  });

  describe.each(["root", "gates"] as const)("as %s", (user) => {
    let before: unknown;

    beforeAll(async () => {
      before = await bystander.database(user).fingerprint();
    });

    test.each(hostileAttacks)("does not run %s", async (text) => {
      const { fault, isRetryable } = await faultOf(ask(bystander.database(user).database, text));
      expect({ fault, isRetryable }).toEqual({ fault: "refused", isRetryable: false });
    });

    test("is not changed by any of them", async () => {
      expect(await bystander.database(user).fingerprint()).toEqual(before);
    });
  });

  test.each(misleading)("does not answer %s", async (text) => {
    const { fault } = await faultOf(ask(bystander.database("reader").database, text));
    expect(fault).toBe("incomplete");
  });

  test.each(releaseReads)("reads %s", async (text, params, rows) => {
    for (const user of ["root", "reader"] as const) {
      expect(await ask(bystander.database(user).database, text, { params })).toEqual(rows);
    }
  });

  test("leaves no connection", async () => {
    expect(await bystander.leftovers()).toEqual([]);
  });
});
