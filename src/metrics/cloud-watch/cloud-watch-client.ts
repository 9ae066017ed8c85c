/** The part of the AWS SDK's `CloudWatch` client that is used. */
export interface CloudWatchClient {
  getMetricData(input: CloudWatchInput, options: { abortSignal: AbortSignal }): Promise<CloudWatchAnswer>;
}

/** What `getMetricData` is asked. */
export interface CloudWatchInput {
  StartTime: Date;
  EndTime: Date;
  MetricDataQueries: CloudWatchQuery[];
  ScanBy: "TimestampAscending";
}

/** A `MetricDataQuery` of CloudWatch, as the AWS SDK has it. */
export interface CloudWatchQuery {
  Id: string;
  MetricStat?: {
    Metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] };
    /** In seconds. */
    Period: number;
    Stat: string;
  };
  Expression?: string;
  /** In seconds. */
  Period?: number;
  Label?: string;
  AccountId?: string;
  ReturnData?: boolean;
}

/** What `getMetricData` answers. */
export interface CloudWatchAnswer {
  readonly MetricDataResults?: readonly CloudWatchResult[] | undefined;
  readonly Messages?: readonly CloudWatchMessage[] | undefined;
  readonly NextToken?: string | undefined;
}

/** One series. */
export interface CloudWatchResult {
  readonly Id?: string | undefined;
  readonly Label?: string | undefined;
  readonly Timestamps?: readonly Date[] | undefined;
  readonly Values?: readonly number[] | undefined;
  /** `Complete`, `PartialData`, `InternalError` or `Forbidden`. */
  readonly StatusCode?: string | undefined;
  readonly Messages?: readonly CloudWatchMessage[] | undefined;
}

/** What CloudWatch wants a person to know. */
export interface CloudWatchMessage {
  readonly Code?: string | undefined;
  readonly Value?: string | undefined;
}
