/**
 * Why nothing was compared yet: the window goes on, and is asked for once more when the next one ends.
 *
 * `error`: a source could not be asked; `missed`: its time had passed, and it cannot look back; `no-data`, `nan`: it had no value, or
 * none that is a number; `stale`: the answer is about a part of the window only; `no-traffic`: an arm had no requests.
 */
export const openCauses = ["error", "missed", "no-data", "nan", "stale", "no-traffic"] as const;

/**
 * Why a window was dropped for good: its answers are there, and of no use.
 *
 * `reset`: a counter began again, so that some of what it counted is lost; `overlap`: an answer is about time that was counted
 * before; `impossible`: negative, or more events than requests; `swapped`: the arms are split the other way round.
 */
export const dropCauses = ["reset", "overlap", "impossible", "swapped"] as const;

export type OpenCause = (typeof openCauses)[number];
export type DropCause = (typeof dropCauses)[number];

/** A window from which nothing was learnt about the release. */
export type WindowFault =
  | { readonly class: "open"; readonly cause: OpenCause; readonly detail: string }
  | { readonly class: "dropped"; readonly cause: DropCause; readonly detail: string };

/** A fault that leaves the window open. */
export function open(cause: OpenCause, detail: string): WindowFault {
  return { class: "open", cause, detail };
}

/** A fault that ends the window. */
export function dropped(cause: DropCause, detail: string): WindowFault {
  return { class: "dropped", cause, detail };
}
