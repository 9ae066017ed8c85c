import { html, nothing, type Markup } from "./markup.js";

/** One of several things to choose from. */
export interface RadioField {
  readonly name: string;
  readonly id: string;
  readonly value: string;
  readonly label: string;
  readonly isRequired: boolean;
}

/** A choice among several, with what was chosen before. */
export function radioField({ name, id, value, label, isRequired }: RadioField, typed: URLSearchParams): Markup {
  const state = `${isRequired ? "required" : ""} ${typed.get(name) === value ? "checked" : ""}`;
  return html`<label class="choice" for="${id}"
    ><input type="radio" id="${id}" name="${name}" value="${value}" ${state} />${label}</label
  >`;
}

/** A line of text, with what was typed before. */
export function lineField(name: string, label: string, hint: string, typed: URLSearchParams): Markup {
  return html`<label for="${name}">${label}</label>${hintOf(name, hint)}
    <input type="text" id="${name}" name="${name}" value="${typed.get(name) ?? ""}" ${described(name, hint)} />`;
}

/** Several lines of text, with what was typed before. */
export function textField(name: string, label: string, hint: string, typed: URLSearchParams): Markup {
  return html`<label for="${name}">${label}</label>${hintOf(name, hint)}
    <textarea id="${name}" name="${name}" rows="3" ${described(name, hint)}>${"\n"}${typed.get(name) ?? ""}</textarea>`;
}

function hintOf(name: string, hint: string): Markup {
  return hint === "" ? nothing : html`<p class="hint" id="${name}-hint">${hint}</p>`;
}

function described(name: string, hint: string): Markup {
  return hint === "" ? nothing : html`aria-describedby="${name}-hint"`;
}
