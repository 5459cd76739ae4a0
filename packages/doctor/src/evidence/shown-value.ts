/** A value of a document as text. `String()` would call what the document itself has put in the place of `toString`. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
