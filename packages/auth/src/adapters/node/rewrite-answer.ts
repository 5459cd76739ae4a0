import type { ServerResponse } from 'node:http'
import type { AnswerRewriter } from '../../mcp/answer-rewriter.ts'
import { headersOfBytes, listRewriterOf } from '../../mcp/list-rewriter.ts'
import type { ListView } from '../../mcp/rewrite-list.ts'
import { setHeaders } from './set-headers.ts'

/** Has what comes behind answer with lists as `view` shows them: whatever it writes goes through here, whole or in pieces. */
export function rewriteAnswer(res: ServerResponse, view: ListView): void {
  // Bound now, so that whatever was put in front of these before stays in front.
  const writeHead = res.writeHead.bind(res)
  const write = res.write.bind(res) as (chunk: Uint8Array, done?: Callback) => boolean // the only form used here
  const end = res.end.bind(res) as (chunk: Uint8Array, done?: Callback) => ServerResponse
  let decided: { rewriter: AnswerRewriter | undefined } | undefined

  /** When the head goes out: no sooner is it known what kind of answer it is. */
  function decide(): AnswerRewriter | undefined {
    if (decided !== undefined) return decided.rewriter
    const rewriter = listRewriterOf(
      { contentType: headerOf(res, 'content-type'), contentEncoding: headerOf(res, 'content-encoding') },
      view,
    )
    if (rewriter === 'encoded') {
      breakOff('A list was compressed before it could be read: put protect() before what compresses answers')
      return undefined
    }
    decided = { rewriter }
    if (rewriter !== undefined && !res.headersSent)
      for (const name of ['content-length', ...headersOfBytes]) res.removeHeader(name)
    return rewriter
  }

  /** Nothing is thrown: what writes may be a stream, whose exceptions end the process. */
  function breakOff(why: string): void {
    process.emitWarning(why)
    decided = { rewriter: undefined }
    res.destroy()
  }

  function pass(chunk: unknown, encoding: unknown, done: unknown, isLast: boolean): boolean | ServerResponse {
    const callback = [chunk, encoding, done].find((each): each is Callback => typeof each === 'function')
    const bytes = bytesOf(chunk, encoding)
    const rewriter = decide()
    const rewritten = rewriter === undefined ? bytes : rewrittenBy(rewriter, bytes, isLast)
    if (isLast) return end(rewritten, callback)
    if (rewritten.length > 0) return write(rewritten, callback)
    if (callback !== undefined) process.nextTick(callback)
    return true
  }

  function rewrittenBy(rewriter: AnswerRewriter, bytes: Uint8Array, isLast: boolean): Uint8Array {
    try {
      return Buffer.concat([rewriter.push(bytes), ...(isLast ? [rewriter.end()] : [])])
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      breakOff(`A list was too long to be read on its way: ${cause.message}`)
      return new Uint8Array()
    }
  }

  // Their many forms are one in `pass`.
  const intercepted: Pick<ServerResponse, 'write' | 'end' | 'writeHead'> = {
    write: (chunk: unknown, encoding?: unknown, done?: unknown) => Boolean(pass(chunk, encoding, done, false)),
    end(chunk?: unknown, encoding?: unknown, done?: unknown) {
      pass(chunk, encoding, done, true)
      return res
    },
    writeHead(status: number, ...rest: unknown[]) {
      const message = typeof rest[0] === 'string' ? rest[0] : undefined
      setHeaders(res, rest.at(-1))
      decide()
      return message === undefined ? writeHead(status) : writeHead(status, message)
    },
  }
  Object.assign(res, intercepted)
}

type Callback = (error?: Error | null) => void

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk
  if (typeof chunk !== 'string') return new Uint8Array()
  return Buffer.from(chunk, typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8')
}

function headerOf(res: ServerResponse, name: string): string | undefined {
  return res.getHeader(name)?.toString()
}
