/** How an override came in, beside what it says. */
export interface OverrideSource {
  /** The roles of whoever gave it, as whoever established who that is has said. */
  readonly roles?: readonly string[];
  /** The message in the run's inbox that gave it. */
  readonly messageId?: string;
  /** When it was given, where it was recorded later. ISO 8601, UTC. */
  readonly happenedAt?: string;
}
