import { html, type Markup } from "./markup.js";

/** One row of a table: what it is about, and the cells after that. */
export interface TableRow {
  readonly about: Markup;
  /** How deep it stands in a tree. @default 0 */
  readonly depth?: number;
  readonly cells: readonly Markup[];
}

/**
 * A table with headers. On a narrow page its rows are stacked; its roles are written out, as browsers forget them then.
 */
export function table(name: string, columns: readonly string[], rows: readonly TableRow[]): Markup {
  return html`<table role="table" aria-label="${name}">
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(tableRow)}
    </tbody>
  </table>`;
}

function tableRow({ about, depth = 0, cells }: TableRow): Markup {
  return html`<tr role="row">
    <th role="rowheader" scope="row" class="d${Math.min(depth, 3)}">${about}</th>
    ${cells.map((cell) => html`<td role="cell">${cell}</td>`)}
  </tr>`;
}
