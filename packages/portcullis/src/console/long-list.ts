import { type Html, html } from '@portcullis/auth/authorization-server'
import { hidden } from '../pages/fields.ts'
import { mostTallShown } from './most-shown.ts'

/** What a page shows of a list that may be long, of rows with several lines or buttons each. */
export interface LongList<Row> {
  rows: readonly Row[]
  /** Above it: what finds a row. Absent where all are there anyway. */
  search: Html | undefined
  /** Below it: how many there are. Absent where all are there. */
  rest: Html | undefined
}

/** The first rows, or those with the text that the address asks for (`find`). `textOf`: where that is looked for. `kept`: what else stays in the address. */
export function longList<Row>(
  request: Request,
  all: readonly Row[],
  textOf: (row: Row) => string,
  kept: Readonly<Record<string, string>> = {},
): LongList<Row> {
  const wanted = (new URL(request.url).searchParams.get('find') ?? '').trim().slice(0, 200)
  const found = all.filter((row) => textOf(row).toLowerCase().includes(wanted.toLowerCase()))
  const rows = found.slice(0, mostTallShown)
  return {
    rows,
    search: wanted === '' && all.length <= mostTallShown ? undefined : searchForm(wanted, kept),
    rest: found.length === rows.length ? undefined : restOf(rows.length, found.length),
  }
}

/** Says below a list that it is not all. */
export function restOf(shown: number, all: number): Html {
  return html`<p class="soft">These are ${shown} of ${all}.</p>`
}

function searchForm(wanted: string, kept: Readonly<Record<string, string>>): Html {
  return html`<form class="filter">${Object.entries(kept).map(([name, value]) => hidden(name, value))}
<div><label for="find">Find</label><input id="find" name="find" value="${wanted}" maxlength="200" autocomplete="off"></div>
<button class="plain">Find</button>
</form>`
}
