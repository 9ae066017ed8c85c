import type { Finding } from "../../../gate/finding.js";
import type { Asked } from "../asked.js";
import type { Paths } from "../paths.js";
import type { VoteReceipt } from "../runs.js";
import type { ShownForm } from "./approval-form.js";
import { withTimes, type PageFrame } from "./layout.js";
import { linked } from "./linked.js";
import { html, nothing, type Markup } from "./markup.js";
import { receiptBanner } from "./receipt-banner.js";
import { toneOf } from "./state-words.js";

/** What the page of what is asked shows beside it. */
export interface AnswerParts {
  /** The form, where there is anything to send. */
  readonly form?: ShownForm;
  /** What became of what was sent. */
  readonly receipt?: VoteReceipt;
  /** Why what was sent was not taken, before the gate was asked. */
  readonly problem?: string;
}

/** What such a page has around it. */
export function answerFrame(
  paths: Paths,
  { run, person }: Asked,
  isOpen: boolean,
  subject: string,
  { receipt, problem }: AnswerParts,
): PageFrame {
  const said = receipt ? "Your answer: " : problem === undefined ? "" : "Not sent: ";
  const events = isOpen ? { events: paths.events(run.runId, run.events.length) } : {};
  return { title: `${said}${subject}`, base: paths.base, person, ...events };
}

/** What became of what was sent, if something was. */
export function answerNews({ receipt, problem }: AnswerParts): Markup {
  return html`${receipt ? receiptBanner(receipt) : nothing}
  ${problem === undefined ? nothing : html`<p class="banner bad" role="alert">${problem}</p>`}`;
}

/** Says that a form cannot be sent any more; shown when that is so. */
export const changedNotice: Markup = html`<p id="changed" class="banner bad" role="alert" hidden>
  What is asked has changed since this page was loaded, so this form cannot be sent any more. Load the page again to see
  it.
</p>`;

/** What the gate has answered. */
export function settledWords({ finding, whyNot }: { readonly finding?: Finding; readonly whyNot?: string }): Markup {
  return finding
    ? html`<p class="banner ${toneOf(finding.status)}">
        <strong>${finding.status}</strong>: ${linked(finding.reason, withTimes)}
      </p>`
    : html`<p class="banner">Nothing to answer: ${whyNot ?? "it is not asked"}.</p>`;
}

/** Why somebody has nothing to answer, as a sentence. */
export function whyNotWords(whyNot: string | undefined): Markup {
  return whyNot === undefined ? nothing : html`<p>${whyNot.charAt(0).toUpperCase()}${whyNot.slice(1)}.</p>`;
}
