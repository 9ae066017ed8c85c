import type { Handler } from "hono";
import { Webhook } from "standardwebhooks";
import * as z from "zod";
import type { Json } from "../../../gate/json.js";
import type { Desk, DeskEnv } from "../desk.js";
import { refuse } from "../reply.js";
import { readJson } from "../../read-json.js";
import { readJsonFields } from "../vote-fields.js";
import { castSigned, webhookAnswer } from "./webhook-vote.js";
import type { StandardWebhook } from "./standard-options.js";

// Messages older or newer than five minutes are refused by their timestamp; twice that is longer than any can be sent again.
const rememberedMs = 600_000;

const schema = z.object({
  type: z.literal("approval.vote"),
  data: z.looseObject({ runId: z.string(), gate: z.string(), person: z.json() }),
});

/** Takes votes as Standard Webhooks send them. */
export function standardRoute(desk: Desk, { secret, personOf }: StandardWebhook): Handler<DeskEnv> {
  const webhook = new Webhook(secret);
  return async (context) => {
    const text = context.get("body");
    if (!isSigned(webhook, text, context.req.header())) {
      return refuse(desk, context, {
        status: 401,
        code: "not-signed",
        title: "Not signed",
        text: "The signature is not one that is accepted here.",
      });
    }
    const read = readVote(text);
    if (typeof read === "string") {
      return refuse(desk, context, { status: 400, code: "bad-body", title: "Not understood", text: read });
    }
    const person = await desk.access.person("personOf", () => personOf(read.person));
    if (!person) return webhookAnswer(desk, context, { status: "not-found" });
    const id = `standard ${context.req.header("webhook-id")}`;
    const key = { id, until: desk.settings.clock.now() + rememberedMs };
    return webhookAnswer(desk, context, await castSigned(desk, { ...read, person, key }));
  };
}

function isSigned(webhook: Webhook, text: string, headers: Record<string, string>): boolean {
  try {
    webhook.verify(text, headers, { jsonParse: false });
    // An empty body passes as if nobody had said anything.
    return text !== "";
  } catch {
    return false;
  }
}

function readVote(text: string) {
  const json = readJson(text);
  if (!json.ok) return `Not understood: ${json.reason}.`;
  const result = schema.safeParse(json.value);
  if (!result.success) return "Expected an event approval.vote with runId, gate and person in its data.";
  const { runId, gate, person, ...said } = result.data.data;
  const read = readJsonFields(JSON.stringify(said));
  return read.ok ? { runId, gate, person: person as Json, fields: read.fields } : `Not understood: ${read.reason}.`;
}
