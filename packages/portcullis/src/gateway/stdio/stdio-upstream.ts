import type { Caller } from '../caller.ts'
import { Answer } from '../streamable-http/answer.ts'
import { claimOf, shapeOf } from '../streamable-http/client-request.ts'
import { createKeptSessions, type KeptSessions } from '../streamable-http/kept-sessions.ts'
import { postAlone } from '../streamable-http/refusals.ts'
import { sweepAnswers } from '../streamable-http/sweep-answers.ts'
import type { AnswerHandler, Upstream, UpstreamRequest } from '../upstream.ts'
import type { Connection, Pending } from './connection.ts'
import { serveLegacy } from './legacy.ts'
import type { McpSession } from './mcp-session.ts'
import { serveModern } from './modern.ts'
import { createProcesses, type ProcessOptions } from './processes.ts'

export interface StdioUpstreamOptions extends ProcessOptions {
  readonly timeouts: ProcessOptions['timeouts'] & {
    /** Seconds that a client waits that takes no event stream. */
    readonly upstreamAnswer: number
    /** Seconds that the server may say nothing while somebody waits. */
    readonly streamIdle: number
    /** Seconds between two looks. */
    readonly sweep: number
  }
}

/** A request of a client, with what it is answered by. */
export interface StdioRequest extends UpstreamRequest {
  readonly answer: Answer
  /** What the client waits for; cancelled when it leaves. */
  readonly waiting: Waiting[]
}

interface Waiting {
  readonly connection: Connection
  readonly pending: Pending
  /** Default: nobody else knows of it. */
  readonly forget?: () => void
}

/** What a request is served with. */
export interface StdioServing {
  readonly processes: ReturnType<typeof createProcesses>
  readonly sessions: KeptSessions<McpSession>
  /** What of the server's own a client is told where everybody has the same one. */
  readonly isShared: boolean
}

/**
 * An MCP server that speaks over its standard streams, as an upstream: this side of it is a server of Streamable HTTP of both eras. Everybody shares its
 * process, or each person has one.
 */
export function createStdioUpstream(options: StdioUpstreamOptions): Upstream {
  const { timeouts } = options
  const processes = createProcesses(options)
  const sessions = createKeptSessions<McpSession>()
  const serving: StdioServing = { processes, sessions, isShared: options.per === 'server' }
  const open = new Set<Answer>()

  // Begun here, in the context of no request.
  const sweeping = setInterval(sweep, timeouts.sweep * 1000)
  sweeping.unref()

  function sweep(): void {
    processes.sweep()
    sweepAnswers(open, timeouts)
  }

  function start(request: UpstreamRequest, handler: AnswerHandler): Answer {
    const waiting: StdioRequest['waiting'] = []
    const answer: Answer = new Answer({
      handler,
      ...shapeOf(request),
      onAbort() {
        for (const { connection, pending, forget } of waiting) {
          connection.cancel(pending)
          forget?.()
        }
      },
      onFull: () => waiting.every(({ connection }) => connection.holdUp(answer)) && waiting.length > 0,
      onDrained() {
        for (const { connection } of waiting) connection.release(answer)
      },
    })
    serve({ ...request, answer, waiting }).catch((error: Error) => handler.onResponseError(undefined, error))
    return answer
  }

  async function serve(request: StdioRequest): Promise<void> {
    const { answer, session, messages } = request
    const isModern = session.isModern || (messages !== undefined && claimOf(messages) !== undefined)
    if (isModern && request.head.method !== 'POST') return answer.fail(postAlone)
    await (isModern ? serveModern(request, serving) : serveLegacy(request, serving))
    if (!answer.isDone) open.add(answer)
  }

  return {
    readsMessages: true,
    begin(request) {
      let answer: Answer | undefined
      return {
        start(handler) {
          answer = start(request, handler)
        },
        end() {
          if (answer !== undefined) open.delete(answer)
        },
      }
    },
    endGrants(hasEnded: (caller: Caller) => boolean) {
      // A session does nothing by itself: whoever uses it shows a token, and its streams are looked after where all are.
      sessions.endGrants(hasEnded)
      return processes.endGrants(hasEnded)
    },
    async destroy() {
      clearInterval(sweeping)
      await processes.stop()
    },
  }
}
