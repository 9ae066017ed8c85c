import { execProbeSchema } from "../../../src/gates/health-probe/exec-probe-config.js";
import { runCommand } from "../../../src/gates/health-probe/run-command.js";

// A process of its own that runs a command, whose words are this one's, and is ended in the middle of it.
const [command = "", ...args] = process.argv.slice(2);
const { signal } = new AbortController();
await runCommand(execProbeSchema.parse({ command, args }), { source: "runner", env: {}, signal });
