/** Whoever is told of lines as they come. */
export type LineListener = (lines: readonly string[]) => void;

/** Tells a listener. One that throws hurts nobody: neither the writer, nor the other listeners. */
export function tell(listener: LineListener, lines: readonly string[]): void {
  try {
    listener(lines);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
