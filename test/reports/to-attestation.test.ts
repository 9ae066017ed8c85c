import { runGates, verifyRecord, type ConsumableVerdict } from "release-gates";
import { toAttestation } from "release-gates/reports";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { gate, release } from "../helpers/gates.js";

const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

async function verdictOf(
  artifact: { readonly digest: string; readonly name?: string } | undefined,
  { says = "pass", store = memoryStore() }: { says?: "pass" | "fail"; store?: ReturnType<typeof memoryStore> } = {},
): Promise<ConsumableVerdict> {
  const clock = virtualClock();
  const judged = artifact ? { ...release, artifact } : release;
  return clock.settle(runGates(gate("api", says), { release: judged, runId: "run-1", clock, store }));
}

describe("toAttestation", () => {
  test("is a statement about the artifact that was judged, which holds the verdict", async () => {
    const verdict = await verdictOf({ name: "registry.example/orders", digest: `sha256:${sha256}` });
    const { findings, ...said } = verdict;
    expect(findings).toHaveLength(1);
    expect(JSON.parse(JSON.stringify(toAttestation(verdict)))).toStrictEqual({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "registry.example/orders", digest: { sha256 } }],
      predicateType: "urn:release-gates:verdict:v1",
      predicate: JSON.parse(JSON.stringify(said)),
    });
  });

  test("names the release where the artifact has no name of its own", async () => {
    const { subject } = toAttestation(await verdictOf({ digest: `sha256:${sha256}` }));
    expect(subject[0].name).toBe(release.name);
  });

  test("attests a hold, too", async () => {
    const { predicate } = toAttestation(await verdictOf({ digest: `sha256:${sha256}` }, { says: "fail" }));
    expect(predicate.decision).not.toBe("promote");
  });

  test("finds a record that was written anew, by the head that it holds", async () => {
    const artifact = { digest: `sha256:${sha256}` };
    const store = memoryStore();
    const { predicate } = toAttestation(await verdictOf(artifact, { says: "fail", store }));
    const forged = memoryStore();
    await verdictOf(artifact, { store: forged });

    const head = predicate.record;
    expect(verifyRecord(await store.read("run-1"), { head })).toMatchObject({ ok: true });
    expect(verifyRecord(await forged.read("run-1"))).toMatchObject({ ok: true });
    expect(verifyRecord(await forged.read("run-1"), { head })).toMatchObject({ ok: false });
  });

  test.each([
    ["no artifact", undefined],
    ["a tag", { digest: "2.4.0" }],
    ["a digest that was cut off", { digest: `sha256:${sha256.slice(2)}` }],
    ["a digest in capitals", { digest: `sha256:${sha256.toUpperCase()}` }],
    ["half a byte", { digest: "blake3:abc" }],
    ["a digest with something behind it", { digest: `sha256:${sha256}\nsha256:00` }],
  ])("refuses %s", async (_, artifact) => {
    const verdict = await verdictOf(artifact);
    expect(() => toAttestation(verdict)).toThrow(
      expect.objectContaining({
        code: "VERDICT_NOT_ATTESTABLE",
        message: expect.stringMatching(
          /^The verdict of run "run-1" cannot be attested: artifact\.digest: expected .*; got /,
        ),
      }),
    );
  });

  test("takes an algorithm that it does not know", async () => {
    const { subject } = toAttestation(await verdictOf({ digest: "sha512-256:00ff" }));
    expect(subject[0].digest).toStrictEqual({ "sha512-256": "00ff" });
  });
});
