import type { RollCallRequest } from "../../../gates/roll-call/roll-call-request.js";
import type { Paths } from "../paths.js";
import type { RollCall } from "../roll-call.js";
import { answerFrame, answerNews, changedNotice, settledWords, whyNotWords, type AnswerParts } from "./answer-parts.js";
import { facts, layout, time, withTimes } from "./layout.js";
import { linked } from "./linked.js";
import { html, nothing, type Markup } from "./markup.js";
import { rollCallForms } from "./roll-call-form.js";
import { rollCallTable } from "./roll-call-table.js";

/** One roll call: who is asked, who is reachable until when, who is missing, and the forms to answer it. */
export function rollCallPage(paths: Paths, rollCall: RollCall, parts: AnswerParts): Markup {
  const { run, gate, request, lastRequest } = rollCall;
  const { name, version, environment } = run.started.release;
  const subject = `${name} ${version} in ${environment}`;
  return layout(
    answerFrame(paths, rollCall, run.state.decided === undefined, `roll call for ${subject}`, parts),
    html`<h1>Who is reachable for ${subject}?</h1>
      ${answerNews(parts)}
      <div id="asked" data-live aria-live="polite">${request ? asked(request) : settledWords(rollCall)}</div>
      ${request || parts.form ? answer(rollCall, request ?? lastRequest, parts) : nothing}
      <p>
        <a href="${paths.run(run.runId)}">The whole run, and its evidence</a> <span class="faint">(gate ${gate})</span>
      </p>`,
  );
}

function asked(request: RollCallRequest): Markup {
  const { summary, instructions, deadline } = request;
  return html`<p class="banner wait">${withTimes(summary)}</p>
    ${rollCallTable(request)}
    ${facts([
      ["Look at", instructions === undefined ? undefined : html`<span class="words">${linked(instructions)}</span>`],
      ["Until", time(deadline)],
    ])}`;
}

function answer(rollCall: RollCall, request: RollCallRequest, { form }: AnswerParts): Markup {
  return html`<h2>Your answer</h2>
    ${whyNotWords(rollCall.whyNot)} ${changedNotice} ${form ? rollCallForms(rollCall, request, form) : nothing}`;
}
