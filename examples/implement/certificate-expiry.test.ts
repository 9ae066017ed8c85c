import assert from "node:assert/strict";
import { test } from "node:test";
import { runGates } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { certificateExpiry } from "./certificate-expiry.js";

const release = { name: "orders", version: "2.4.0", environment: "production" };

async function judge(expiresAt: string | Error) {
  const clock = virtualClock("2030-01-01T00:00:00Z");
  const expiryOf = async () => {
    if (expiresAt instanceof Error) throw expiresAt;
    return expiresAt;
  };
  const gate = certificateExpiry("api certificate", { host: "api.example", days: 14, expiryOf });
  const verdict = await clock.settle(runGates(gate, { release, clock }));
  return { decision: verdict.decision, status: verdict.findings[0]?.status };
}

void test("a certificate that lasts promotes", async () => {
  assert.deepEqual(await judge("2030-03-01T00:00:00Z"), { decision: "promote", status: "passed" });
});

void test("a certificate that ends soon holds", async () => {
  assert.deepEqual(await judge("2030-01-10T00:00:00Z"), { decision: "hold", status: "failed" });
});

void test("a server that cannot be reached is an error, and holds", async () => {
  assert.deepEqual(await judge(new Error("connect ECONNREFUSED")), { decision: "hold", status: "errored" });
});
