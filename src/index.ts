export { allOf } from "./compose/all-of.js";
export { anyOf } from "./compose/any-of.js";
export { advisory } from "./compose/advisory.js";
export { atLeast } from "./compose/at-least.js";
export { inSequence } from "./compose/in-sequence.js";
export { steady, type SteadyConfig } from "./compose/steady.js";
export { watch, type WatchConfig } from "./compose/watch.js";
export { when } from "./compose/when.js";
export type { CompositeOptions } from "./compose/composite.js";
export type { Decision } from "./decision/decision.js";
export type { DecisionRange } from "./decision/range.js";
export type { Status } from "./decision/status.js";
export { defineGate, type GateDefinition, type GateFactory } from "./gate/define-gate.js";
export { describe, type GateDescription } from "./gate/describe.js";
export type { Duration } from "./gate/duration.js";
export type { ExcludedPerson } from "./gate/excluded-people.js";
export { fingerprint } from "./gate/fingerprint.js";
export type { CheckResult, Finding } from "./gate/finding.js";
export {
  isGate,
  type AdvisoryGate,
  type CheckGate,
  type CompositeGate,
  type ConditionalGate,
  type Gate,
  type RepeatedGate,
} from "./gate/gate.js";
export type { FoundByGate } from "./gate/found-by.js";
export type { HoldsAnswer, HoldsContext, PassedFinding } from "./gate/still-holds.js";
export type { LateAnswer, TakenBack } from "./gate/taken-back.js";
export type { Expiry, GateContext, Sample, ShownGate, StepIo, StepOptions, WaitOptions } from "./gate/gate-context.js";
export {
  GateError,
  isGateError,
  type GateErrorCode,
  type GateErrorDetails,
  type NotConsumable,
  type SourceFaultKind,
} from "./gate/gate-error.js";
export type { GateDefaults, GateOptions } from "./gate/gate-options.js";
export type { GateTypeError, Json, JsonObject } from "./gate/json.js";
export { plan, type Plan, type PlanIdentity } from "./gate/plan.js";
export type { Artifact, Release, Rollback } from "./gate/release.js";
export type { StandardSchemaV1 } from "./gate/standard-schema.js";
export { healthProbe } from "./gates/health-probe/health-probe.js";
export type { HealthProbeConfig, HealthProbeTimes } from "./gates/health-probe/health-probe-config.js";
export type { HealthProbeEvidence, LastAttempt } from "./gates/health-probe/health-probe-evidence.js";
export type { ExecExpectation, ExecProbe } from "./gates/health-probe/exec-probe-config.js";
export type { GrpcProbe } from "./gates/health-probe/grpc-probe-config.js";
export type { HttpExpectation, HttpProbe } from "./gates/health-probe/http-probe-config.js";
export type { HttpStatus } from "./gates/health-probe/http-status.js";
export type { ProbeTls } from "./gates/health-probe/probe-tls.js";
export type { VersionMember } from "./gates/health-probe/release-version.js";
export type { TcpProbe } from "./gates/health-probe/tcp-probe.js";
export { anyRule, everyRule, inLevels, oneOf, quorum } from "./gates/manual-approval/approval-rule.js";
export type {
  AnyRule,
  ApprovalLevels,
  ApprovalRule,
  Approvers,
  EveryRule,
  QuorumRule,
} from "./gates/manual-approval/approval-rule.js";
export { manualApproval } from "./gates/manual-approval/manual-approval.js";
export type { ManualApprovalConfig } from "./gates/manual-approval/manual-approval-config.js";
export type { CountedVote, ManualApprovalEvidence } from "./gates/manual-approval/manual-approval-evidence.js";
export type { ApprovalRequest } from "./gates/manual-approval/approval-request.js";
export type { ApprovalBinds, BindingQuestion } from "./gates/manual-approval/approval-binding.js";
export type { CastVote } from "./gates/manual-approval/cast-vote.js";
export type { CheckedStep, ChecklistProgress, ChecklistStep } from "./gates/manual-approval/checklist.js";
export type {
  DelegationLookup,
  DelegationQuestion,
  MembersLookup,
  MembersQuestion,
} from "./gates/manual-approval/look-up-voter.js";
export type { RefusedVote } from "./gates/manual-approval/refused-votes.js";
export type { QuorumProgress } from "./gates/manual-approval/quorum-progress.js";
export type { CountPerPerson } from "./gates/manual-approval/rule-standing.js";
export type { Freeze, OpeningHours, ReleaseWindow, Weekday } from "./gates/manual-approval/release-window.js";
export type { Vote, VoteDecision } from "./gates/manual-approval/vote.js";
export { metricComparison } from "./gates/metric-comparison/metric-comparison.js";
export type { EventSources, LatencySources, MeanSources, SampleSources } from "./gates/metric-comparison/arm-config.js";
export type {
  Direction,
  LatencyComparisonConfig,
  MarginConfig,
  MeanComparisonConfig,
  MetricComparisonConfig,
  ProportionComparisonConfig,
  QuantileComparisonConfig,
  SplitConfig,
} from "./gates/metric-comparison/metric-comparison-config.js";
export type {
  ArmEvidence,
  ComparisonForecast,
  EvidenceValue,
  FaultyWindow,
  MetricComparisonEvidence,
} from "./gates/metric-comparison/metric-comparison-evidence.js";
export { metricThreshold } from "./gates/metric-threshold/metric-threshold.js";
export type { MetricThresholdConfig } from "./gates/metric-threshold/metric-threshold-config.js";
export type { MetricThresholdEvidence } from "./gates/metric-threshold/metric-threshold-evidence.js";
export type { MetricReading, MetricRequest, MetricSource } from "./gates/metric-threshold/metric-source.js";
export { readOnlyQuery } from "./gates/read-only-query/read-only-query.js";
export type { ReadOnlyQueryEvidence } from "./gates/read-only-query/read-only-query-evidence.js";
export type { ReadOnlyQueryConfig } from "./gates/read-only-query/read-only-query-config.js";
export type { Expectation, ScalarBounds } from "./gates/read-only-query/expectation.js";
export type {
  ComparisonOptions,
  ExpectedResult,
  KnownRows,
  OtherQuery,
  SameKeys,
  SameResult,
} from "./gates/read-only-query/compare/comparison.js";
export type { Freshness, FreshnessBounds } from "./gates/read-only-query/freshness/freshness.js";
export type { Progress, ProgressBounds } from "./gates/read-only-query/progress/progress.js";
export type { ObservedProgress, ReadingShown } from "./gates/read-only-query/progress/progress-observation.js";
export type {
  DifferentRow,
  ObservedKeys,
  ObservedRows,
  Sampled,
} from "./gates/read-only-query/compare/comparison-observation.js";
export type { ObservedTimes } from "./gates/read-only-query/freshness/observe-freshness.js";
export type { Observation } from "./gates/read-only-query/observation.js";
export type { ObservedScalar } from "./gates/read-only-query/observe-scalar.js";
export type {
  AnswerColumn,
  ColumnKind,
  QueryAnswer,
  QueryParameter,
  QueryRequest,
  ReadOnlyDatabase,
  RolePolicy,
  ValueKind,
} from "./gates/read-only-query/read-only-database.js";
export { rollCall } from "./gates/roll-call/roll-call.js";
export type { LeavingAnswer, ReachableAnswer, RollCallAnswer } from "./gates/roll-call/roll-call-answer.js";
export type { CalledRole, RollCallConfig } from "./gates/roll-call/roll-call-config.js";
export type { ReachablePerson, RollCallWord } from "./gates/roll-call/reachable-people.js";
export type { RollCallEvidence } from "./gates/roll-call/roll-call-evidence.js";
export type { RollCallRequest } from "./gates/roll-call/roll-call-request.js";
export { assertPromote } from "./run/verdict/assert-promote.js";
export type { Bypass } from "./run/overrides/bypass.js";
export type { Clock } from "./run/host/clock.js";
export type { ConsumableVerdict } from "./run/consume/consumable-verdict.js";
export { consumeVerdict, type ConsumeElsewhereOptions } from "./run/consume/consume-verdict.js";
export type { ConsumeOptions, Consumption } from "./run/consume/consumption.js";
export type { AnswerReceipt, Host, Past } from "./run/host/host.js";
export { expiringWaivers, type ExpiringOptions } from "./run/verdict/expiring-waivers.js";
export type { RecordEvent } from "./run/record/record-event.js";
export type { LineListener, RecordStore, RunsPage, StoredLine } from "./run/record/record-store.js";
export { readRecord } from "./run/record/read-record.js";
export { replay, type Replay, type ReplayOfPlan } from "./run/resume/replay.js";
export type { Unknown } from "./run/resume/replay-host.js";
export type { MayOverride, OverrideQuestion, OverrideRule } from "./run/overrides/override-rule.js";
export type { OverrideRoles, Run, RunSnapshot } from "./run/run.js";
export type { HeadEvent, ListenerError, RunEvents, RunListener } from "./run/live/run-emitter.js";
export { resumeRun, type ResumeOptions } from "./run/resume/resume-run.js";
export { runGates } from "./run/run-gates.js";
export type { RunOptions } from "./run/run-options.js";
export type { GateState } from "./run/record/run-state.js";
export { startRun } from "./run/start-run.js";
export type { Upheld } from "./run/overrides/upheld.js";
export { submitAnswer, type SubmittedAnswer } from "./run/inbox/submit-answer.js";
export { submitBypass } from "./run/inbox/submit-bypass.js";
export { submitCancel, type SubmittedCancel } from "./run/inbox/submit-cancel.js";
export type { SubmitOptions } from "./run/inbox/submit-message.js";
export type { SubmitOverrideOptions } from "./run/inbox/submit-override.js";
export { submitUphold } from "./run/inbox/submit-uphold.js";
export { submitWaive } from "./run/inbox/submit-waive.js";
export type { RecordHead } from "./run/record/inspect-record.js";
export { verifyRecord, type RecordReport } from "./run/record/verify-record.js";
export type { Verdict, VerdictSummary, WouldChange } from "./run/verdict/verdict.js";
export type { WaivedRelease, Waiver } from "./run/overrides/waiver.js";
export type { WaiverUse } from "./run/overrides/waiver-use.js";
