import { queryFault } from "../query-fault.js";

// Texts, names in quotes and comments, as SQLite reads them: what is in there is no parameter.
const opaque = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*.*?(?:\*\/|$)/gs;
const named = /(?<![\w$\u0080-\uffff])[$:@#]\w/;

/**
 * Refuses a statement that does not take as many parameters as there are values: SQLite takes a missing one for NULL.
 *
 * Named parameters are refused, which drivers bind in different ways. Throws a `GateError` with code `SOURCE_FAILED`.
 */
export function assertParameters(source: string, text: string, values: number): void {
  const refuse = (why: string) => queryFault(source, why, { isRetryable: false, fault: "refused" });
  const bare = text.replace(opaque, " ");
  if (named.test(bare)) throw refuse("parameters of SQLite are written ?, or ?1, ?2 and so on");
  let parameters = 0;
  for (const [, index = ""] of bare.matchAll(/\?(\d*)/g)) {
    parameters = Math.max(parameters, index === "" ? parameters + 1 : Number(index));
  }
  if (parameters !== values) throw refuse(`it takes ${parameters} parameters, and ${values} were given`);
}
