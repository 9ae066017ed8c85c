import * as z from "zod";
import type { StandardSchemaV1 } from "../gate/standard-schema.js";
import type { RollCallRequest } from "../gates/roll-call/roll-call-request.js";

const texts = z.array(z.string()).readonly();

const schema = z.object({
  type: z.literal("roll-call"),
  release: z.object({ name: z.string(), version: z.string(), environment: z.string() }),
  instructions: z.string().exactOptional(),
  roles: z.array(
    z.object({
      role: z.string(),
      from: z.object({ people: texts, roles: texts }),
      by: z.string().exactOptional(),
      until: z.string().exactOptional(),
    }),
  ),
  missing: texts,
  // A gate of an earlier version did not say.
  lookedUp: texts.default([]),
  atLeastMs: z.number(),
  deadline: z.string(),
  summary: z.string(),
}) satisfies StandardSchemaV1<unknown, RollCallRequest>;

/**
 * Reads what a gate that waits shows, where that is a roll call; `undefined` where it is anything else.
 *
 * @example
 * ```ts
 * import type { Run } from "release-gates";
 * import { readRollCallRequest } from "release-gates/approvals";
 *
 * export function announce(run: Run, say: (text: string) => void): void {
 *   run.on("gate:waiting", ({ request }) => {
 *     const call = readRollCallRequest(request);
 *     if (call) say(`is anybody there for ${call.missing.join(", ")}?`);
 *   });
 * }
 * ```
 */
export function readRollCallRequest(request: unknown): RollCallRequest | undefined {
  return schema.safeParse(request).data;
}
