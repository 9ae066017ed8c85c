import type { Handler } from "hono";
import * as z from "zod";
import { sleepOn } from "../../../run/host/in-process-host.js";
import type { Desk, DeskEnv } from "../desk.js";
import { refuse } from "../reply.js";
import { readJson } from "../../read-json.js";
import { buttonClaimsSchema } from "./approval-buttons.js";
import { outcomeWords, tellInSlack } from "./slack-reply.js";
import type { SlackUser, SlackWebhook } from "./slack-options.js";
import { castSigned, type SignedOutcome } from "./webhook-vote.js";

// Slack's own limit for the age of a request.
const oldestMs = 300_000;

// Slack shows an error to whoever waits three seconds. A vote that takes longer goes on, and its receipt is sent when it is there.
const patienceMs = 2_500;

const payloadSchema = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: z.string().min(1), team_id: z.string().min(1) }),
  enterprise: z.object({ id: z.string() }).nullish(),
  response_url: z.string().optional(),
  actions: z.array(z.object({ value: z.string().optional() })).length(1),
});

/** Takes votes by buttons in Slack, made by {@link approvalButtons}. */
export function slackRoute(desk: Desk, options: SlackWebhook): Handler<DeskEnv> {
  const unsigned = {
    status: 401,
    code: "not-signed",
    title: "Not signed",
    text: "The signature is not accepted here.",
  } as const;
  return async (context) => {
    const text = context.get("body");
    if (!(await isFromSlack(desk, options, context.req.raw.headers, text))) return refuse(desk, context, unsigned);
    const payload = readPayload(text);
    const token = payload?.actions[0]?.value;
    // A link among the buttons comes here too when it is pressed, and means nothing.
    if (!payload || token === undefined) return context.body(null, 200);
    const user: SlackUser = {
      id: payload.user.id,
      teamId: payload.user.team_id,
      ...(payload.enterprise ? { enterpriseId: payload.enterprise.id } : {}),
    };
    const told = press(desk, options, user, token)
      .then((outcome) => tellInSlack(desk, options, payload.response_url, outcomeWords(outcome)))
      .catch((error: unknown) => desk.settings.onError(error, "a vote from Slack"));
    await atMost(desk, patienceMs, told);
    return context.body(null, 200);
  };
}

async function press(desk: Desk, { personOf }: SlackWebhook, user: SlackUser, token: string): Promise<SignedOutcome> {
  const claims = await desk.tokens.read("button", token, buttonClaimsSchema);
  const person = claims && (await desk.access.person("personOf", () => personOf(user)));
  if (!person) return { status: "not-found" };
  const { run: runId, gate, fingerprint, decision, jti, expiresAt } = claims;
  // Everybody who sees a message presses the same button: each of them once.
  const key = { id: `slack ${jti} ${person.id}`, until: expiresAt };
  return castSigned(desk, { person, runId, gate, fields: { decision, fingerprint }, key });
}

async function isFromSlack(
  desk: Desk,
  { signingSecret }: SlackWebhook,
  headers: Headers,
  text: string,
): Promise<boolean> {
  const timestamp = headers.get("x-slack-request-timestamp") ?? "";
  const signature = headers.get("x-slack-signature") ?? "";
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return false;
  if (Math.abs(desk.settings.clock.now() - Number(timestamp) * 1_000) > oldestMs) return false;
  // Its client of Slack's whole API is loaded with it: only by those who use this.
  const { verifySlackRequest } = await import("slack-edge");
  return verifySlackRequest(signingSecret, headers, text);
}

function readPayload(text: string): z.infer<typeof payloadSchema> | undefined {
  const json = readJson(new URLSearchParams(text).get("payload") ?? "");
  return json.ok ? payloadSchema.safeParse(json.value).data : undefined;
}

async function atMost({ settings: { clock } }: Desk, ms: number, work: Promise<void>): Promise<void> {
  const late = sleepOn(clock, clock.now() + ms);
  await Promise.race([work, late.settled]);
  late.cancel();
}
