/** The path of a round, as a repeated gate writes it: `checks/errors#3`, or `checks/errors~2#3` when it is asked again. */
export function roundPath(path: string, attempt: number, round: number): string {
  return `${path}${attempt === 1 ? "" : `~${attempt}`}#${round}`;
}

/** The key of the wait before a round. */
export function roundKey(path: string, attempt: number, round: number): string {
  return `${path}~${attempt}:round ${round}`;
}

/** Reads what {@link roundKey} wrote; `undefined` for the key of anything else. */
export function parseRoundKey(
  key: string,
): { readonly path: string; readonly attempt: number; readonly round: number } | undefined {
  const [, path, attempt, round] = /^(.*)~(\d+):round (\d+)$/s.exec(key) ?? [];
  return path === undefined ? undefined : { path, attempt: Number(attempt), round: Number(round) };
}
