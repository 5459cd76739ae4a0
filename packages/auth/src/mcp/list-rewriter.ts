import { type AnswerRewriter, createAnswerRewriter } from './answer-rewriter.ts'
import { type ListView, rewriteLists } from './rewrite-list.ts'

/**
 * Rewrites an answer in which lists stand, as `view` shows them, by the headers of the answer; `undefined` for one that is neither JSON nor a stream
 * of events, and so has none. `encoded`: it is compressed, so that nobody here can read what it lists; it must not go on.
 */
export function listRewriterOf(
  { contentType, contentEncoding }: { contentType: string | undefined; contentEncoding: string | undefined },
  view: ListView,
): AnswerRewriter | 'encoded' | undefined {
  const form = formOf(contentType ?? '')
  if (form === undefined) return undefined
  if ((contentEncoding ?? 'identity').trim().toLowerCase() !== 'identity') return 'encoded'
  return createAnswerRewriter({ form, rewrite: (text) => rewriteLists(text, view) })
}

/** Headers, in lower case, that speak of the bytes of an answer, and so are wrong once it is rewritten. Its length is another one. */
export const headersOfBytes: readonly string[] = [
  'accept-ranges',
  'content-digest',
  'content-range',
  'digest',
  'etag',
  'last-modified',
  'repr-digest',
  'signature',
  'signature-input',
]

function formOf(contentType: string): 'json' | 'events' | undefined {
  const [type = ''] = contentType.split(';', 1)
  switch (type.trim().toLowerCase()) {
    case 'application/json':
      return 'json'
    case 'text/event-stream':
      return 'events'
    default:
      return undefined
  }
}
