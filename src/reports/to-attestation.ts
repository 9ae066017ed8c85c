import { GateError } from "../gate/gate-error.js";
import type { Release } from "../gate/release.js";
import type { Verdict } from "../run/verdict/verdict.js";

/** A verdict as a statement about an artifact, to be signed: version 1 of the Statement of in-toto. */
export interface VerdictAttestation {
  readonly _type: "https://in-toto.io/Statement/v1";
  /** The artifact that was judged. */
  readonly subject: readonly [{ readonly name: string; readonly digest: Readonly<Record<string, string>> }];
  readonly predicateType: "urn:release-gates:verdict:v1";
  /** The verdict without its findings: those are in the record, whose head is here. */
  readonly predicate: Omit<Verdict, "findings">;
}

// Hexadecimal digits of a digest, for algorithms with one length.
const digits: Readonly<Record<string, number>> = { sha1: 40, sha256: 64, sha384: 96, sha512: 128 };

/**
 * Writes a verdict as a statement about the artifact that was judged, for whatever signs such statements where you are: whoever checks it
 * later knows what was decided about exactly this artifact, and, by the head of the record, that the record was not written anew.
 *
 * A verdict of any decision can be attested: read `predicate.decision`. The same verdict gives the same statement. It holds the names and
 * reasons of people who waived or bypassed something. Throws a `GateError` with code `VERDICT_NOT_ATTESTABLE` where the release says no
 * `artifact.digest`, or one that is not `<algorithm>:<hexadecimal>` of the algorithm's length.
 *
 * Source: in-toto Attestation Framework, Statement layer, version 1.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { healthProbe, runGates } from "release-gates";
 * import { toAttestation } from "release-gates/reports";
 *
 * const digest = `sha256:${process.env["IMAGE_SHA256"]}`;
 * const verdict = await runGates(healthProbe("api", { http: "https://api.example/healthz" }), {
 *   release: { name: "orders", version: "2.4.0", environment: "production", artifact: { digest } },
 * });
 * await writeFile("verdict.intoto.json", JSON.stringify(toAttestation(verdict)));
 * ```
 */
export function toAttestation(verdict: Verdict): VerdictAttestation {
  const { findings: _, ...predicate } = verdict;
  const { release, runId } = predicate;
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: release.artifact?.name ?? release.name, digest: digestOf(release, runId) }],
    predicateType: "urn:release-gates:verdict:v1",
    predicate,
  };
}

function digestOf({ artifact }: Release, runId: string): Readonly<Record<string, string>> {
  const [, algorithm, hex] = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):((?:[0-9a-f]{2})+)$/.exec(artifact?.digest ?? "") ?? [];
  const length = digits[algorithm ?? ""] ?? hex?.length;
  if (algorithm !== undefined && hex !== undefined && hex.length === length) return { [algorithm]: hex };
  const got = artifact ? `"${artifact.digest}"` : "a release without an artifact";
  const message = `expected <algorithm>:<hexadecimal>, as in sha256:… with 64 digits; got ${got}`;
  throw new GateError(
    "VERDICT_NOT_ATTESTABLE",
    `The verdict of run "${runId}" cannot be attested: artifact.digest: ${message}.`,
    { runId, issues: [{ path: ["artifact", "digest"], message }] },
  );
}
