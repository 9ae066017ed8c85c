import { isGateError } from "../../gate/gate-error.js";
import { codeOf } from "./write-once.js";

const reasons = new Map<unknown, string>([
  ["ENOSPC", "no space is left on its disk"],
  // EDQUOT of Linux and of macOS, for which Node has no name.
  ["Unknown system error -122", "its user may not take more of the disk"],
  ["Unknown system error -69", "its user may not take more of the disk"],
  ["EFBIG", "this process may not write files of that size"],
  ["EROFS", "its file system is read-only"],
  ["EACCES", "this process may not do that"],
  ["EPERM", "this process may not do that, or its file system has no hard links"],
  ["ENOTSUP", "its file system has no hard links"],
  ["ENOTDIR", "something in its path is no folder"],
  ["ENOENT", "it, or a folder in it, is gone"],
  ["EMFILE", "this process has too many files open"],
  ["ENFILE", "this machine has too many files open"],
  ["ENAMETOOLONG", "its path is too long"],
  ["ELOOP", "a link in its path leads back to itself"],
]);

/** What the file system refused, in a sentence that names the store's folder. What the store itself says stays as it is. */
export function fileFault(folder: string, verb: "read" | "written", error: unknown): unknown {
  if (isGateError(error) || !(error instanceof Error)) return error;
  const reason = reasons.get(codeOf(error));
  const why = reason === undefined ? error.message : `${reason} (${error.message})`;
  return new Error(`The records in "${folder}" cannot be ${verb}: ${why}`, { cause: error });
}
