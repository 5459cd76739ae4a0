/** One event of a stream (HTML standard, "Server-sent events", 9.2.6). */
export interface StreamEvent {
  readonly type: string
  readonly data: string
}

/** The events in a body; one that was cut off at its end counts. */
export function eventsIn(body: string): readonly StreamEvent[] {
  return eventReader()(`${body}\n\n`)
}

/** Takes a stream in pieces, however it is cut, and gives the events that each piece ends. Each character is looked at once. */
export function eventReader(): (piece: string) => readonly StreamEvent[] {
  let line = ''
  let isAfterReturn = false
  let type = ''
  let data: string[] = []

  function endLine(): StreamEvent | undefined {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    const isEnd = line === ''
    line = ''
    if (field === 'event') type = value
    if (field === 'data') data.push(value)
    if (!isEnd) return undefined
    const event = data.length === 0 ? undefined : { type: type || 'message', data: data.join('\n') }
    type = ''
    data = []
    return event
  }

  return (piece) => {
    const events: StreamEvent[] = []
    for (const character of piece) {
      const isSecondOfTwo = character === '\n' && isAfterReturn
      isAfterReturn = character === '\r'
      if (isSecondOfTwo) continue
      if (character !== '\n' && character !== '\r') line += character
      else events.push(...[endLine()].filter((event) => event !== undefined))
    }
    return events
  }
}
