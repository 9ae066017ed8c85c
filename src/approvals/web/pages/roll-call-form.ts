import { formatMs } from "../../../gate/duration.js";
import type { RollCallRequest } from "../../../gates/roll-call/roll-call-request.js";
import type { RollCall } from "../roll-call.js";
import type { ShownForm } from "./approval-form.js";
import { lineField, radioField } from "./form-fields.js";
import { html, nothing, type Markup } from "./markup.js";

/** The forms to say that one is reachable, and that one is no more. */
export function rollCallForms(
  { answersFor, reachableFor }: RollCall,
  request: RollCallRequest,
  form: ShownForm,
): Markup {
  return html`${reachableFor.map((role, index) => leavingForm(role, `leaving-${index}`, form))}
  ${answersFor.length > 0 ? reachableForm(answersFor, request, form) : nothing}`;
}

function reachableForm(
  answersFor: readonly string[],
  { atLeastMs }: RollCallRequest,
  { typed = new URLSearchParams(), ...form }: ShownForm,
): Markup {
  const least = atLeastMs > 0 ? ` At least ${formatMs(atLeastMs)}, and as long as this waits for others.` : "";
  const until = `For how long, such as 4h; or until when: 2030-01-01T22:00:00+01:00.${least}`;
  // Of one role there is nothing to choose.
  const chosen = answersFor.length === 1 ? new URLSearchParams({ role: answersFor[0] ?? "" }) : typed;
  return html`<form method="post" action="${form.action}" data-fingerprint="${form.fingerprint}" autocomplete="off">
    ${hidden(form)}
    <fieldset>
      <legend>I am reachable for</legend>
      ${answersFor.map((role, index) => radioField({ name: "role", id: `role-${index}`, value: role, label: role, isRequired: true }, chosen))}
    </fieldset>
    ${lineField("contact", "How to reach you", "A phone number, a chat handle, a URL. Whoever may see this run sees it.", typed)}
    ${lineField("until", "Until when", until, typed)}
    <p><button type="submit">Say that I am reachable</button></p>
  </form>`;
}

function leavingForm(role: string, id: string, form: ShownForm): Markup {
  return html`<form method="post" action="${form.action}" data-fingerprint="${form.fingerprint}" id="${id}">
    ${hidden(form)}
    <input type="hidden" name="role" value="${role}" />
    <input type="hidden" name="leaving" value="true" />
    <p>
      You are reachable for <strong>${role}</strong>.
      <button type="submit" class="quiet">I am reachable for ${role} no more</button>
    </p>
  </form>`;
}

function hidden({ fingerprint, formToken }: ShownForm): Markup {
  return html`<input type="hidden" name="fingerprint" value="${fingerprint}" />
    <input type="hidden" name="formToken" value="${formToken}" />`;
}
