/** The events in `text` with their data rewritten (HTML, server-sent events). Those that `rewrite` leaves alone stay byte for byte as they are. */
export function rewriteEvents(text: string, rewrite: (data: string) => string): string {
  let event: string[] = []
  let written = ''
  for (const line of text.match(lines) ?? []) {
    if (!/^[\r\n]/.test(line)) {
      event.push(line)
      continue
    }
    written += rewriteEvent(event, rewrite) + line
    event = []
  }
  return written + rewriteEvent(event, rewrite)
}

const lines = /[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+/g
const dataLine = /^data(?::[ ]?([^\r\n]*))?(\r\n|\n|\r)?$/

/** The data of an event is what its `data` lines say, one below the other. */
function rewriteEvent(event: readonly string[], rewrite: (data: string) => string): string {
  const found = event.map((line) => dataLine.exec(line))
  const data = found.flatMap((match) => (match === null ? [] : [match[1] ?? ''])).join('\n')
  const rewritten = data === '' ? data : rewrite(data)
  if (rewritten === data) return event.join('')
  const first = found.findIndex((match) => match !== null)
  const end = found[first]?.[2] ?? '\n'
  return event
    .map((line, at) => {
      if (found[at] === null) return line
      return at === first
        ? rewritten
            .split('\n')
            .map((text) => `data: ${text}${end}`)
            .join('')
        : ''
    })
    .join('')
}
