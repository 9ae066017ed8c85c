import { defineGate } from "release-gates";
import * as z from "zod";

/** A gate of our own: both versions answer alike for a few customers. */
export const sameAnswers = defineGate({
  kind: "same-answers",
  config: z.strictObject({ stable: z.url(), canary: z.url(), customers: z.array(z.int()).min(1) }),
  evidence: z.object({ compared: z.int(), different: z.array(z.int()) }),
  defaults: { onFail: "hold", timeout: "30s" },
  async check({ config: { stable, canary, customers }, step, pass, fail }) {
    const different: number[] = [];
    for (const customer of customers) {
      const before = await step(`stable ${customer}`, ({ signal }) => totalOf(stable, customer, signal));
      const after = await step(`canary ${customer}`, ({ signal }) => totalOf(canary, customer, signal));
      if (before !== after) different.push(customer);
    }
    const evidence = { compared: customers.length, different };
    return different.length === 0
      ? pass(`both versions give the same totals for ${customers.length} customers`, evidence)
      : fail(`the versions give different totals for ${different.length} of ${customers.length} customers`, evidence);
  },
});

async function totalOf(url: string, customer: number, signal: AbortSignal): Promise<number> {
  const response = await fetch(`${url}/orders?customer=${customer}`, { signal });
  if (!response.ok) throw new Error(`orders of customer ${customer}: HTTP ${response.status}`);
  return z.object({ total: z.int() }).parse(await response.json()).total;
}
