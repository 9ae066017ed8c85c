// How a process and its asker write to one another.
// @ts-check

/**
 * Writes a message as one line of JSON.
 *
 * A reader of lines takes U+2028 and U+2029 for ends of a line, which JSON does not; escaped, they are the same text.
 *
 * @param {unknown} message
 */
export function jsonLine(message) {
  return `${JSON.stringify(message).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")}\n`;
}
