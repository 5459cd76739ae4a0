import { type Html, html } from '@portcullis/auth/authorization-server'

export interface Column {
  label: string
  /** Holds buttons: it has no words of its own on a phone. */
  isAct?: true
  /** Its words are not broken where the others have room. */
  isWhole?: true
}

type Cell = string | Html | undefined

/** A table that is a list of cards on a phone; its roles stay, whatever the style sheet makes of it. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  return html`<table role="table" aria-label="${caption}"><thead role="rowgroup"><tr role="row">${columns.map(
    ({ label, isAct }) =>
      isAct ? html`<td role="cell"></td>` : html`<th role="columnheader" scope="col">${label}</th>`,
  )}</tr></thead><tbody role="rowgroup">
${rows.map(
  (row) =>
    html`<tr role="row">${row.map((cell, at) => {
      const column = columns[at]
      return html`<td role="cell"${column?.isAct ? html` class="act"` : column?.isWhole ? html` class="whole"` : undefined} data-label="${column?.label ?? ''}"><div>${cell}</div></td>`
    })}</tr>\n`,
)}</tbody></table>`
}

/** What stands in place of a table that would be empty: why, and what to do. */
export function nothing(text: string | Html): Html {
  return html`<div class="card"><p class="soft">${text}</p></div>`
}
