/** What an error says, its causes included, in one line. */
export function messageOf(failure: unknown): string {
  if (!(failure instanceof Error)) return oneLine(String(failure))
  const cause = failure.cause === undefined ? '' : ` (${messageOf(failure.cause)})`
  return oneLine(failure.message + cause)
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
