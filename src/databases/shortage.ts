const codes = new Set(["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"]);

/** Whether the system was short of open files, processes or memory, as its code says: somebody may give some back in a moment. */
export function isShortage(code: string | undefined): boolean {
  return code !== undefined && codes.has(code);
}
