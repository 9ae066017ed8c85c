/**
 * The body of a request, as text; `undefined` where it is larger than so many bytes. Throws a `TypeError` where it is no UTF-8: whoever
 * reads bytes that are no text reads something else than they are.
 *
 * Hono's own `bodyLimit` makes the request anew where its length is not announced, and not every adapter's request can be.
 */
export async function bodyOf({ body }: Pick<Request, "body">, maxBytes: number): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // The length that was announced may be a lie.
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) return undefined;
    parts.push(part);
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
}
