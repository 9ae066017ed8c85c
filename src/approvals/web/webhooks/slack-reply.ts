import type { Desk } from "../desk.js";
import { inTime } from "../security/in-time.js";
import { visibleText } from "../security/visible-text.js";
import type { SlackWebhook } from "./slack-options.js";
import type { SignedOutcome } from "./webhook-vote.js";

/** What became of a vote, for whoever pressed the button. */
export function outcomeWords(outcome: SignedOutcome): string {
  switch (outcome.status) {
    case "accepted":
      return "Your answer was taken.";
    case "kept":
      return "Your answer is kept, and counts when the gate asks for it.";
    case "refused":
      return `Your answer was refused: ${outcome.reason}.`;
    case "unknown":
      return `Nobody knows yet what became of your answer: ${outcome.reason}.`;
    case "busy":
      return `Your answer was not sent on: ${outcome.reason}. Try again later.`;
    case "not-found":
      return "There is nothing here that you may answer.";
  }
}

/** Tells whoever pressed a button, and nobody else, what became of it. That this fails changes nothing. */
export async function tellInSlack(
  desk: Desk,
  { fetch: send = fetch }: SlackWebhook,
  url: string | undefined,
  words: string,
): Promise<void> {
  // The address comes with the request: nothing is sent anywhere but to Slack.
  if (url === undefined || !URL.canParse(url) || new URL(url).origin !== "https://hooks.slack.com") return;
  const body = JSON.stringify({
    response_type: "ephemeral",
    replace_original: false,
    text: escaped(visibleText(words)),
  });
  try {
    await inTime("Slack", desk.settings, () =>
      send(url, { method: "POST", headers: { "content-type": "application/json" }, body, redirect: "error" }),
    );
  } catch (error) {
    desk.settings.onError(error, "telling somebody in Slack");
  }
}

// What Slack reads as its own: links, mentions of everybody.
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
