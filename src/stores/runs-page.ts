import * as z from "zod";
import { GateError } from "../gate/gate-error.js";
import { formatIssuesOf } from "../gate/standard-schema.js";
import type { RunsPage } from "../run/record/record-store.js";

const schema = z.strictObject({
  limit: z.int().min(1).max(1_000).default(100),
  before: z.string().optional(),
});

/** Checks which runs should be listed. Throws a `GateError` with code `RUN_INPUT_INVALID`. */
export function parseRunsPage(page: RunsPage = {}): { readonly limit: number; readonly before?: string | undefined } {
  const result = schema.safeParse(page);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new GateError("RUN_INPUT_INVALID", `Invalid page of runs: ${formatIssuesOf(page, issues)}`, { issues });
}

/** A page of a whole list, the newest first. */
export function pageOf(newestFirst: readonly string[], page: RunsPage | undefined): readonly string[] {
  const { limit, before } = parseRunsPage(page);
  const at = before === undefined ? -1 : newestFirst.indexOf(before);
  return before !== undefined && at === -1 ? [] : newestFirst.slice(at + 1, at + 1 + limit);
}
