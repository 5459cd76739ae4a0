import { type CallRulesOptions, callRulesFields, createCallRules } from '../mcp/call-rules.ts'
import type { Messages } from '../mcp/message.ts'
import { type Callers, callersShape, resolveCallers, unmetCondition } from '../mcp/needs.ts'
import { parseMessages } from '../mcp/parse-messages.ts'
import type { ListView } from '../mcp/rewrite-list.ts'
import { isStanding } from '../mcp/standing.ts'
import { bytes, fields, listOf, number, requireShape, text } from '../protocol/option-shapes.ts'
import { isScopeToken } from '../protocol/scope.ts'
import type { AccessToken } from './access-token.ts'
import { type AuthInfo, authInfoOf } from './auth-info.ts'
import type { RequestHead, ResourceServer } from './resource-server.ts'
import { createSessionBinding, type Maccing, type Session } from './session-binding.ts'

/**
 * Who may do what. Where rules ask for anything, bodies are read for them, before whatever parses them, and lists show what their caller may use.
 * Default: whoever has a valid access token may do all, and no body is read.
 */
export interface ProtectOptions extends CallRulesOptions {
  /** What every request needs. Default: nothing beyond a valid access token. */
  scope?: readonly string[]
  /**
   * What whoever calls at all must be, whatever they ask for; everybody else gets 403 without a challenge, since consent changes nothing about it.
   * Default: whoever has a valid access token.
   */
  callers?: Callers
  /** Bytes of a body that is read for rules; more is 413. Default 4 MiB. */
  longestBody?: number
  /**
   * Seconds for which an answer may go on that streams when its access token expires. Streams that wait for what may happen (the answer to a GET, or to
   * `subscriptions/listen`) end with the token; all end within seconds when the grant does. Default 600.
   */
  streamAfterExpiry?: number
  /**
   * Binds the sessions of the MCP server (`Mcp-Session-Id`, before 2026-07-28) to who opened them: nobody else gets in, whatever id they know. Secrets
   * of 32 bytes or more, the same in every process that serves the same sessions; the first binds, the others are known still. Default: sessions are
   * left to the MCP server, which is told who calls.
   */
  sessionKeys?: readonly Uint8Array[]
}

/** Somebody who is let in. */
export interface Admitted {
  accessToken: AccessToken
  authInfo: AuthInfo
  /** For the answer, whatever it is: they let a browser at an allowed origin read it. */
  headers: Readonly<Record<string, string>>
  /** The MCP session, where `sessionKeys` are set. The adapter shows each side its own id of it. */
  session: Session | undefined
  /** What the caller sees of the lists in the answer; `undefined` where it brings none. The adapter rewrites it by this. */
  listView: ListView | undefined
  /** Whether the answer must end, if it still streams; the adapter asks each second (law 12). */
  mustEnd: () => boolean
}

/**
 * Reads the body for the guard, and leaves it for whoever reads next. `too_long` as soon as it has more than `longest` bytes; it need not be whole
 * then. Rejects where it breaks off. At once, where it is there already.
 */
export type BodyReader = (longest: number) => Uint8Array | 'too_long' | Promise<Uint8Array | 'too_long'>

/** What every adapter does, in the order in which it must be done. Adapters translate: the request, the body, the answer. */
export interface Guard {
  /** The answer to send, or who is let in. At once, where nothing has to be waited for. `readBody` is called where rules want the body. */
  admit(request: RequestHead, readBody: BodyReader): Admission | Promise<Admission>
}

export type Admission = Response | Admitted

const protectShape = fields<ProtectOptions>({
  ...callRulesFields,
  scope: listOf(text),
  callers: callersShape,
  longestBody: number,
  streamAfterExpiry: number,
  sessionKeys: listOf(bytes),
})

/** Throws `TypeError` for an option that cannot stand: a name with a slip in it would leave open what it was to close. */
export function createGuard(server: ResourceServer, options: ProtectOptions = {}, maccing?: Maccing): Guard {
  requireShape(options, protectShape, 'protect')
  const {
    scope = [],
    callers = {},
    longestBody = 4 * 1024 * 1024,
    streamAfterExpiry = 600,
    sessionKeys,
    ...ruled
  } = options
  const ofCallers = resolveCallers(callers)
  const wrong = scope.find((each) => !isScopeToken(each))
  if (wrong !== undefined) throw new TypeError(`"${wrong}" in "scope" is not a scope token`)
  if (!Number.isSafeInteger(longestBody) || longestBody < 1)
    throw new TypeError(`"longestBody" must be a whole number of bytes, 1 or more, but is ${longestBody}`)
  if (!(streamAfterExpiry >= 0))
    throw new TypeError(`"streamAfterExpiry" must be 0 or more, but is ${streamAfterExpiry}`)
  const requirement = { scope: [...scope] }
  const rules = createCallRules(ruled)
  const binding = sessionKeys && createSessionBinding(sessionKeys, server.resource, maccing)

  /** One straight line, as in the gateway: what needs no token, who asks, and then alone what is asked for. */
  function admit(request: RequestHead, readBody: BodyReader): Admission | Promise<Admission> {
    return (
      server.answer(request) ??
      server.answerMirrored(request) ??
      whenThere(server.authenticate(request, requirement), (caller) => enter(caller, request, readBody))
    )
  }

  function enter(caller: AccessToken | Response, request: RequestHead, readBody: BodyReader) {
    if (caller instanceof Response) return caller
    const unmet = unmetCondition(ofCallers, caller)
    if (unmet !== undefined) return server.deny(request, caller, { reason: `This server needs ${unmet.wanted}` })
    if (binding === undefined) return goOn(caller, { request, session: undefined }, readBody)
    return whenThere(binding.sessionOf(request, caller), (session) =>
      session === 'foreign' ? server.refuseBody(request, unknownSession) : goOn(caller, { request, session }, readBody),
    )
  }

  function goOn(caller: AccessToken, asked: Asked, readBody: BodyReader) {
    return rules.isSilent ? admitted(caller, asked) : readAndJudge(caller, asked, readBody)
  }

  function readAndJudge(caller: AccessToken, asked: Asked, readBody: BodyReader) {
    const body = readBody(longestBody)
    if (!(body instanceof Promise)) return judge(body, caller, asked)
    return body.then(async (body) => {
      // It took its time, in which the token may have been revoked (law 14).
      const stillValid = await server.authenticate(asked.request, requirement)
      return stillValid instanceof Response ? stillValid : judge(body, stillValid, asked)
    })
  }

  function judge(body: Uint8Array | 'too_long', caller: AccessToken, asked: Asked): Admission {
    const { request } = asked
    if (body === 'too_long') return server.refuseBody(request, bodyTooLarge)
    // By the body, not by the method: what stands behind may take a PUT, or a header that names another method, for a POST.
    if (body.length === 0 && request.method !== 'POST') return admitted(caller, asked)
    const messages = parseMessages(body, request.headers)
    if (messages.kind === 'refused') return server.refuseBody(request, messages)
    return server.enforce(request, caller, rules, messages) ?? admitted(caller, asked, messages)
  }

  function admitted(accessToken: AccessToken, { request, session }: Asked, messages?: Messages): Admitted {
    return {
      accessToken,
      authInfo: authInfoOf(accessToken),
      headers: server.corsHeaders(request),
      session,
      listView: rules.isSilent ? undefined : server.listView(request, accessToken, rules, messages),
      mustEnd: () =>
        server.mustEnd(accessToken, { afterExpiry: isStanding(request, messages) ? 0 : streamAfterExpiry }),
    }
  }

  return { admit }
}

interface Asked {
  request: RequestHead
  session: Session | undefined
}

const unknownSession = { status: 404, reason: 'unknown_session', code: -32001, message: 'Session not found' } as const

const bodyTooLarge = {
  status: 413,
  reason: 'body_too_large',
  code: -32000,
  message: 'The body of the request is too large',
} as const

function whenThere<Value, Result>(value: Value | Promise<Value>, then: (value: Value) => Result | Promise<Result>) {
  return value instanceof Promise ? value.then(then) : then(value)
}
