import type { VoteReceipt } from "../runs.js";
import { html, type Markup } from "./markup.js";

/** What became of a vote, for the person who sent it. */
export function receiptBanner(receipt: VoteReceipt): Markup {
  switch (receipt.status) {
    case "accepted":
      return html`<p class="banner good" role="status">
        <strong>Your answer was taken.</strong> How it stands now is below.
      </p>`;
    case "kept":
      return html`<p class="banner wait" role="status">
        <strong>Your answer is kept.</strong> It counts when the gate asks for it.
      </p>`;
    case "refused":
      return html`<p class="banner bad" role="alert"><strong>Your answer was refused:</strong> ${receipt.reason}.</p>`;
    case "unknown":
      return html`<p class="banner wait" role="alert">
        <strong>Nobody knows yet what became of your answer:</strong> ${receipt.reason}. Load this page again to see
        whether it was taken.
      </p>`;
  }
}
