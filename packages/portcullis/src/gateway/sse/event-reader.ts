import { lineReader } from '../streamable-http/lines.ts'

/** One event of a stream (HTML, server-sent events). */
export interface ServerEvent {
  /** `message` where it has no name. */
  readonly name: string
  readonly data: string
}

/** Makes events of what comes in parts, each of so many bytes of data at most. */
export function eventReader(
  most: number,
  onEvent: (event: ServerEvent) => void,
  onTooLong: () => void,
): (chunk: Buffer) => void {
  let name = ''
  let data: string[] = []
  let length = 0

  return lineReader(most, (whole, { isCut }) => {
    const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole
    length += line.length
    if (isCut || length > most) {
      onTooLong()
      return
    }
    if (line === '') {
      if (data.length > 0) onEvent({ name: name === '' ? 'message' : name, data: data.join('\n') })
      name = ''
      data = []
      length = 0
      return
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') name = value
    if (field === 'data') data.push(value)
  })
}
