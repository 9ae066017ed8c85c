export { plotGate, plotGates } from "./plot/plot-gate.js";
export type { PlotOptions } from "./plot/plot-options.js";
export type { PlotTheme } from "./plot/theme.js";
export type { ReportStream } from "./report-stream.js";
export { terminalReporter, type TerminalReporter, type TerminalReporterOptions } from "./terminal-reporter.js";
export { toAttestation, type VerdictAttestation } from "./to-attestation.js";
export { toMarkdown, type MarkdownOptions } from "./to-markdown.js";
