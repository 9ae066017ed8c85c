import type { LineListener, StoredLine } from "../run/record/record-store.js";

/** Tells a listener. One that throws hurts nobody: neither the writer, nor the other listeners. */
export function tell(listener: LineListener, lines: readonly StoredLine[]): void {
  try {
    listener(
      lines.map(({ line }) => line),
      lines.map(({ storedAt }) => storedAt),
    );
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
