import { queryFault, tooManyBytes } from "../query-fault.js";
import type { QueryCut } from "../query-cut.js";
import type { PostgresClient } from "./postgres-client.js";

/** What the catalogue may say of one statement: definitions of views are long. Bytes. */
const maxCatalogueBytes = 33_554_432;
/** What comes with an answer: its frames, and those of proving the session. Bytes. */
const frameBytes = 16_384;

/**
 * Cuts a query of which more comes in than may, so that one huge value never fills the memory.
 *
 * Returns what is to be called when the answer begins: until then, it is the catalogue that speaks.
 */
export function limitIncomingBytes(
  client: PostgresClient,
  source: string,
  maxBytes: number,
  cut: QueryCut,
): () => void {
  let isAnswer = false;
  let rest = maxCatalogueBytes;
  client.connection.stream.on("data", (chunk: Buffer) => {
    rest -= chunk.length;
    if (rest >= 0) return;
    const why = `what the statement reaches is described in more than ${maxCatalogueBytes} bytes`;
    cut.now(
      isAnswer ? tooManyBytes(source, maxBytes) : queryFault(source, why, { isRetryable: false, fault: "limit" }),
    );
  });
  return () => {
    isAnswer = true;
    rest = maxBytes + frameBytes;
  };
}
