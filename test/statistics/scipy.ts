import { spawnSync } from "node:child_process";

/** Whether Python with SciPy is on this machine: the second implementation that ours are compared with. */
export const hasScipy = spawnSync("python3", ["-c", "import scipy"]).status === 0;

/** How to get it. */
export const howToGetScipy = "Install Debian's python3-scipy: apt-get install --no-install-recommends python3-scipy";

/** Runs Python on an input that it finds in `given`, with numpy as `np`, and returns what it leaves in `found`. */
export function scipy(program: string, given: unknown): unknown {
  const lines = ["import json, sys", "import numpy as np", "given = json.load(sys.stdin)", program];
  const { status, stdout, stderr } = spawnSync(
    "python3",
    ["-c", [...lines, "json.dump(found, sys.stdout)"].join("\n")],
    {
      input: JSON.stringify(given),
      encoding: "utf8",
      maxBuffer: 1e8,
    },
  );
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`);
  return JSON.parse(stdout);
}
