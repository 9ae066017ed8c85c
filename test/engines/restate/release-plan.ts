import {
  allOf,
  defineGate,
  healthProbe,
  inSequence,
  manualApproval,
  metricThreshold,
  plan,
  readOnlyQuery,
  watch,
  type ReadOnlyDatabase,
} from "release-gates";
import { fromFunction } from "release-gates/metrics";
import * as z from "zod";

/** Asks the world that is released into. Everything that it is asked, it counts. */
async function ask(url: string, signal: AbortSignal): Promise<unknown> {
  const answer = await fetch(url, { signal });
  return answer.json();
}

/** Scenarios side by side, each with steps and waits: the hardest code to replay. */
const smokeTests = defineGate({
  kind: "smoke-tests",
  config: z.strictObject({ world: z.url(), scenarios: z.array(z.string()).min(1) }),
  evidence: z.object({ passed: z.array(z.string()), fastest: z.enum(["a test", "the clock"]) }),
  defaults: { onFail: "rollback" },
  async check({ config: { world, scenarios }, step, sleep, pass }) {
    const visit = (name: string) => step(name, ({ signal }) => ask(`${world}/smoke/${name}`, signal));
    await visit("log-in");
    await sleep(50);
    const passed = await Promise.all(
      scenarios.map(async (scenario, index) => {
        await visit(`${scenario}-cart`);
        await sleep(20 * (index + 1));
        await visit(`${scenario}-pay`);
        return scenario;
      }),
    );
    const fastest = await Promise.race([
      visit("log-out").then(() => "a test" as const),
      sleep("1h").then(() => "the clock" as const),
    ]);
    return pass(`${passed.length} of ${scenarios.length} scenarios passed`, { passed, fastest });
  },
});

function ordersDatabase(world: string): ReadOnlyDatabase {
  return {
    name: "orders",
    description: { type: "world", world },
    query: async ({ signal }) => ({
      rows: (await ask(`${world}/query`, signal)) as readonly Record<string, number>[],
      warnings: [],
    }),
  };
}

/** The path of the gate that people answer. */
export const signOff = "release/checks/sign-off";

/** Everything that a release is asked: the shape of the demo, in fast motion. */
export const releasePlan = plan("release", { input: z.strictObject({ world: z.url() }) }, (_release, { world }) => {
  const probe = (name: string) =>
    healthProbe(name, { http: `${world}/healthz/${name}`, period: "100ms", timeout: "10s", successThreshold: 2 });
  const errors = fromFunction(
    "error ratio",
    async ({ at, signal }) => Number(await ask(`${world}/errors?at=${at}`, signal)),
    // A worker that was killed asks late for what was due while nobody was there.
    { looksBack: true },
  );
  return inSequence("release", [
    probe("ready"),
    allOf("checks", [
      allOf("probes", [probe("api"), probe("web")]),
      watch(metricThreshold("errors", { source: errors, below: 0.01, every: "100ms", samples: 3 }), { every: "500ms" }),
      smokeTests("smoke", { world, scenarios: ["guest", "member", "admin"] }),
      readOnlyQuery("orders", {
        database: ordersDatabase(world),
        query: "SELECT count(*) AS lost FROM orders WHERE customer IS NULL",
        expect: { scalar: { atMost: 0 } },
      }),
      manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "5m" }),
    ]),
  ]);
});
