import { parseArgs } from "node:util";
import { canaries, isCanary, type Canary } from "./canary.js";

/** How the demo is run. */
export interface DemoArguments {
  /** What is wrong with version 2. */
  readonly canary: Canary;
  /** Whether a person approves at the terminal. */
  readonly isInteractive: boolean;
}

/** Reads the command line. Ends the process with exit code 2, which is no verdict, where it makes no sense. */
export function parseArguments(args: readonly string[]): DemoArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { canary: { type: "string", default: "healthy" }, interactive: { type: "boolean", default: false } },
    });
    const { canary, interactive } = values;
    if (!isCanary(canary)) throw new Error(`--canary is one of ${canaries.join(", ")}; got "${canary}"`);
    return { canary, isInteractive: interactive };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}
