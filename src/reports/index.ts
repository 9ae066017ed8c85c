export type { ReportStream } from "./report-stream.js";
export { terminalReporter, type TerminalReporter, type TerminalReporterOptions } from "./terminal-reporter.js";
export { toMarkdown, type MarkdownOptions } from "./to-markdown.js";
