/** A scrape that cannot be used. The message goes on after the source's name: `has no bucket …`. */
export class ExpositionFault extends Error {
  override readonly name = "ExpositionFault";
  readonly isRetryable: boolean;

  constructor(message: string, isRetryable = false) {
    super(message);
    this.isRetryable = isRetryable;
  }
}
