import { html, nothing, type Markup } from "../pages/markup.js";
import { releaseWord } from "./act-fields.js";
import type { ActStanding } from "./act-standing.js";
import { actWords } from "./act-words.js";

/** A form that can be sent. */
export interface ShownActForm {
  readonly action: string;
  readonly formToken: string;
  /** What was typed before, where it was sent and not taken. */
  readonly typed?: URLSearchParams;
}

const lengths: readonly (readonly [lasts: string, label: string])[] = [
  ["1h", "1 hour"],
  ["8h", "8 hours"],
  ["1d", "1 day"],
  ["3d", "3 days"],
  ["7d", "7 days"],
  ["30d", "30 days"],
];

/** The form of an act. Nothing is chosen before the person chooses, and what is dangerous is typed, not clicked. */
export function actForm(
  { act, fingerprint, run }: ActStanding,
  { action, formToken, typed = new URLSearchParams() }: ShownActForm,
): Markup {
  return html`<form method="post" action="${action}" data-fingerprint="${fingerprint}" autocomplete="off">
    <input type="hidden" name="fingerprint" value="${fingerprint}" />
    <input type="hidden" name="formToken" value="${formToken}" />
    <label for="reason">Reason</label>
    <p class="hint" id="reason-hint">Needed. Kept in the record, and shown with the verdict. Up to 1,000 characters.</p>
    ${reasonField(typed.get("reason") ?? "")} ${act === "waive" ? howLong(typed) : nothing}
    ${act === "waive" ? link("Where it is being fixed", typed) : nothing}
    ${act === "bypass" ? link("Where it is looked at afterwards", typed) : nothing}
    ${act === "bypass" ? confirmation(releaseWord(run.started.release), typed) : nothing}
    <p><button type="submit">${actWords[act].button}</button></p>
  </form>`;
}

function reasonField(typed: string): Markup {
  const name = html`id="reason" name="reason" aria-describedby="reason-hint"`;
  return html`<textarea rows="3" maxlength="1000" required ${name}>${"\n"}${typed}</textarea>`;
}

function howLong(typed: URLSearchParams): Markup {
  return html`<fieldset>
    <legend>For how long, from now on</legend>
    ${lengths.map(
      ([lasts, label]) =>
        html`<label class="choice" for="lasts-${lasts}"
          ><input
            type="radio"
            id="lasts-${lasts}"
            name="lasts"
            value="${lasts}"
            required
            ${typed.get("lasts") === lasts ? "checked" : ""}
          />${label}</label
        >`,
    )}
  </fieldset>`;
}

function link(label: string, typed: URLSearchParams): Markup {
  return html`<label for="link">${label}</label>
    <p class="hint" id="link-hint">A link to an issue or an incident, if there is one: https://…</p>
    <input
      type="text"
      inputmode="url"
      id="link"
      name="link"
      value="${typed.get("link") ?? ""}"
      aria-describedby="link-hint"
    />`;
}

function confirmation(release: string, typed: URLSearchParams): Markup {
  return html`<label for="release">Type the release again</label>
    <p class="hint" id="release-hint">To be sure which one it is: <strong>${release}</strong></p>
    <input
      type="text"
      id="release"
      name="release"
      required
      value="${typed.get("release") ?? ""}"
      aria-describedby="release-hint"
    />`;
}
