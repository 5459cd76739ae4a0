import { rewriteEvents } from './event-stream.ts'

/** Rewrites an answer on its way to the client. */
export interface AnswerRewriter {
  /** What may go on now of what came. Throws `RangeError` where it would have to hold more than it may. */
  push(chunk: Uint8Array): Uint8Array
  /** The rest, when the answer has come to its end. */
  end(): Uint8Array
}

export interface AnswerRewriterOptions {
  /** How the answer brings its JSON: as its whole, or in events of a stream. */
  form: 'json' | 'events'
  /** A JSON text, as it goes on. */
  rewrite: (text: string) => string
  /** Characters of an answer, or of one event, that are held until it is whole. Default 8 Mi. */
  mostHeld?: number
}

export function createAnswerRewriter({
  form,
  rewrite,
  mostHeld = 8 * 1024 * 1024,
}: AnswerRewriterOptions): AnswerRewriter {
  const decoder = new TextDecoder()
  let held: string[] = []
  let length = 0
  let tail = '' // the last of what is held: a blank line may begin in one chunk and end in the next

  function hold(text: string): void {
    held.push(text)
    length += text.length
    tail = (tail + text).slice(-2)
    if (length > mostHeld) throw new RangeError(`More than ${mostHeld} characters came in one piece`)
  }

  function release(upTo: string): string {
    const text = held.join('') + upTo
    held = []
    length = 0
    tail = ''
    return text
  }

  return {
    push(chunk) {
      const text = decoder.decode(chunk, { stream: true })
      const end = form === 'json' ? -1 : endOfEvents(tail + text) - tail.length
      const events = end < 0 ? '' : release(text.slice(0, end))
      hold(end < 0 ? text : text.slice(end))
      return encoder.encode(rewriteEvents(events, rewrite))
    },
    end() {
      const rest = release(decoder.decode())
      // What stands behind the last blank line is no event to those who keep to the letter, and one to others.
      return encoder.encode(form === 'json' ? rewrite(rest) : rewriteEvents(rest, rewrite))
    },
  }
}

const encoder = new TextEncoder()

// A line end behind a line end. A carriage return that comes last may be half of one.
const blankLine = /(?<=[\r\n])\r\n|(?<=\n)\n|(?<=[\r\n])\r(?=[^\n])/g

/** Where the last event ends that is whole; -1 where none does. */
function endOfEvents(text: string): number {
  let end = -1
  for (const { index, 0: found } of text.matchAll(blankLine)) end = index + found.length
  return end
}
