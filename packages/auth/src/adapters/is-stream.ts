/** Whether an answer is sent piece by piece, as it comes: one that has no end of its own, or a long one made of lines. */
export function isStream({ headers }: Response): boolean {
  return /^(?:text\/event-stream|application\/x-ndjson)\b/i.test(headers.get('content-type') ?? '')
}
