/**
 * Where a JSON answer names the release that gives it: `true` for `releaseId`, else `version`, as in the health+json draft;
 * a string for another member; a list for the path to one inside others.
 */
export type VersionMember = true | string | readonly string[];

/** Finds the version that an answer names: a text or a number, or undefined where there is none. */
export function versionIn(answer: unknown, member: VersionMember): string | undefined {
  if (member === true) return memberAt(answer, ["releaseId"]) ?? memberAt(answer, ["version"]);
  return memberAt(answer, typeof member === "string" ? [member] : member);
}

/** Writes where the version is looked for: `"releaseId" or "version"`, `"build.version"`. */
export function formatVersionMember(member: VersionMember): string {
  if (member === true) return '"releaseId" or "version"';
  return `"${typeof member === "string" ? member : member.join(".")}"`;
}

function memberAt(answer: unknown, path: readonly string[]): string | undefined {
  let value = answer;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = new Map<string, unknown>(Object.entries(value)).get(key);
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
