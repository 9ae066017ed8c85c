import { queryFault } from "./query-fault.js";

const maxBytes = 65_536;
// Tab, line feed and carriage return are white space in every engine. What else is a control character hides something.
// oxlint-disable-next-line no-control-regex
const control = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\uFEFF]/;

/**
 * Refuses a text that an engine could read in another way than we do, before any connection is made.
 *
 * At most 64 KiB, no control characters but white space, no byte order mark, no broken characters. Throws a `GateError` with code
 * `SOURCE_FAILED` and fault `refused`.
 */
export function assertStatementText(source: string, text: string): void {
  const refuse = (why: string) => queryFault(source, why, { isRetryable: false, fault: "refused" });
  if (Buffer.byteLength(text) > maxBytes) throw refuse(`a statement of more than ${maxBytes} bytes is refused`);
  if (control.test(text) || /\p{Surrogate}/u.test(text)) {
    throw refuse("a statement with a control character or a broken character is refused");
  }
}
