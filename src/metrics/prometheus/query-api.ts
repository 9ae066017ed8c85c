/** What differs between servers that answer as Prometheus does. */
export interface QueryApi {
  readonly type: "prometheus" | "loki";
  /** How it is called in sentences. */
  readonly product: "Prometheus" | "Loki";
  /** The language of its queries. */
  readonly language: "PromQL" | "LogQL";
  /** Comes before `query` and `query_range`. */
  readonly path: string;
  /** Sent with every query. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Writes an instant, in milliseconds since the epoch. */
  time(ms: number): string;
}

/** Prometheus, and everything that speaks its API. */
export const prometheusApi: QueryApi = {
  type: "prometheus",
  product: "Prometheus",
  language: "PromQL",
  path: "/api/v1/",
  // Thanos answers with a part where some of its stores are down, unless it is told not to; others do not read this.
  parameters: { partial_response: "false" },
  time: (ms) => String(ms / 1_000),
};

/** Grafana Loki. */
export const lokiApi: QueryApi = {
  type: "loki",
  product: "Loki",
  language: "LogQL",
  path: "/loki/api/v1/",
  parameters: {},
  // Loki counts over (from, to]. A nanosecond earlier that is [from, to): two windows in a row count no line twice.
  time: (ms) => String(BigInt(Math.round(ms)) * 1_000_000n - 1n),
};
