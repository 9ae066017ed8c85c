import type { RollCallRequest } from "../../../gates/roll-call/roll-call-request.js";
import { time } from "./layout.js";
import { html, type Markup } from "./markup.js";
import { table } from "./table.js";

/** Who is asked for each role, and who is reachable until when. */
export function rollCallTable({ roles }: RollCallRequest): Markup {
  return table(
    "Roles",
    ["Role", "Reachable", "May answer"],
    roles.map(({ role, from, by, until }) => ({
      about: html`${role}`,
      cells: [
        by === undefined || until === undefined
          ? html`<span class="state wait">nobody yet</span>`
          : html`<span class="state good">${by}</span> until ${time(until)}`,
        html`<span class="faint"
          >${[...from.people, ...from.roles.map((one) => `whoever has role ${one}`)].join(", ")}</span
        >`,
      ],
    })),
  );
}
