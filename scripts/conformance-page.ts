/** What `docs/conformance.md` says of one requirement. */
export interface Conformance {
  id: string
  state: 'done' | 'later' | 'not ours'
  remark: string
}

const row = /^\| *((?:RS|AS|C|P)-\d{2}) *\|([^|]*)\|([^|]*)\|([^|]*)\|\s*$/

/** The rows of the page. Throws for a row that says nothing or something else than the three states. */
export function parseConformancePage(page: string): readonly Conformance[] {
  return page.split('\n').flatMap((line) => {
    if (!/^\| *(RS|AS|C|P)-/.test(line)) return []
    const [, id = '', , state = '', remark = ''] = row.exec(line) ?? []
    const trimmed = state.trim()
    if (trimmed !== 'done' && trimmed !== 'later' && trimmed !== 'not ours')
      throw new Error(`docs/conformance.md: "${line}" has no state (done, later, not ours)`)
    return { id, state: trimmed, remark: remark.trim() }
  })
}
