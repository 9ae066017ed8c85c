import { parseArgs } from "node:util";
import { canaries, isCanary, type Canary } from "./canary.js";

/** How the demo is run. */
export interface DemoArguments {
  /** What is wrong with version 2. */
  readonly canary: Canary;
  /** Whether a person approves at the terminal. */
  readonly isInteractive: boolean;
}

const usage = `npm run demo -- [--canary ${canaries.join("|")}] [--interactive]

Judges version 2 of a small service. Ends with its verdict, and exit code 0 for promote, 10 for hold, 20 for rollback.`;

/** Reads the command line. Ends the process with exit code 2, which is no verdict, where it makes no sense. */
export function parseArguments(args: readonly string[]): DemoArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        canary: { type: "string", default: "healthy" },
        interactive: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const { canary, interactive, help } = values;
    if (help) {
      console.log(usage);
      return process.exit(0);
    }
    if (!isCanary(canary)) throw new Error(`--canary is one of ${canaries.join(", ")}; got "${canary}"`);
    return { canary, isInteractive: interactive };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}
