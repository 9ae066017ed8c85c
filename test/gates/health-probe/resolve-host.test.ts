import { describe, expect, test } from "vitest";
import { AttemptTimeout, TargetFault } from "../../../src/gates/health-probe/probe.js";
import { resolveHost } from "../../../src/gates/health-probe/resolve-host.js";
import { request } from "./servers.js";

const refusing = (code: string) => async () => {
  throw Object.assign(new Error(`getaddrinfo ${code}`), { code });
};

/** What the lookup that was found tells a socket. */
function ask(lookup: Awaited<ReturnType<typeof resolveHost>>, all: boolean) {
  return new Promise((resolve) => lookup("asked", { all }, (...answer) => resolve(answer.slice(1))));
}

describe("resolveHost", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1", 4],
    ["::1", "::1", 6],
    ["[::1]", "::1", 6],
  ])("%s is its own address", async (host, address, family) => {
    const lookup = await resolveHost(host, "x", { ...request(), lookup: refusing("EAI_AGAIN") });
    expect(await ask(lookup, false)).toEqual([address, family]);
    expect(await ask(lookup, true)).toEqual([[{ address, family }]]);
  });

  test("every address of a name is kept", async () => {
    const addresses = [
      { address: "::1", family: 6 },
      { address: "127.0.0.1", family: 4 },
    ];
    const lookup = await resolveHost("orders", "x", { ...request(), lookup: async () => addresses });
    expect(await ask(lookup, true)).toEqual([addresses]);
    expect(await ask(lookup, false)).toEqual(["::1", 6]);
  });

  test("the system knows localhost", async () => {
    const lookup = await resolveHost("localhost", "x", request());
    expect([
      ["127.0.0.1", 4],
      ["::1", 6],
    ]).toContainEqual(await ask(lookup, false));
  });

  test("a name that does not exist may be written wrongly; where the target was reached before, it is its fault", async () => {
    for (const lookup of [refusing("ENOTFOUND"), async () => []]) {
      const never = resolveHost("nobody", "x", { ...request(), lookup });
      await expect(never).rejects.toMatchObject({ code: "SOURCE_FAILED", details: { isRetryable: true } });
      const gone = resolveHost("nobody", "x", { ...request(), lookup, wasReached: true });
      await expect(gone).rejects.toThrow(new TargetFault("has no address: the name nobody does not exist any more"));
    }
  });

  test.each(["EAI_AGAIN", "EAI_FAIL", "ESERVFAIL", "ECONNREFUSED"])(
    "a resolver that fails with %s makes the probe impossible",
    async (code) => {
      await expect(resolveHost("orders", "the source", { ...request(), lookup: refusing(code) })).rejects.toMatchObject(
        {
          code: "SOURCE_FAILED",
          message: `The probe of the source could not be made: the name orders could not be looked up (${code}).`,
          details: { source: "the source", isRetryable: true },
        },
      );
    },
  );

  test("a resolver that stays silent makes the probe impossible: the target was not asked", async () => {
    const controller = new AbortController();
    const silent = () => {
      controller.abort(new AttemptTimeout(1_000));
      return new Promise<never>(() => {});
    };
    await expect(resolveHost("orders", "x", { ...request(controller.signal), lookup: silent })).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: "The probe of x could not be made: the name orders could not be looked up in time.",
    });
  });

  test("a lookup that nobody wants any more ends with the reason", async () => {
    const controller = new AbortController();
    const reason = new Error("the verdict is out");
    const silent = () => {
      controller.abort(reason);
      return new Promise<never>(() => {});
    };
    await expect(resolveHost("orders", "x", { ...request(controller.signal), lookup: silent })).rejects.toBe(reason);
  });
});
