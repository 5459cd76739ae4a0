import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { AccessToken, RequestHead } from '@portcullis/auth'
import { callsToTell, type HeaderReader, isStanding, type Messages, parseMessages } from '@portcullis/auth/mcp'
import { requestHead, sendResponse } from '@portcullis/auth/node'
import type { ToldCalls } from '@portcullis/auth/protocol'
import type { Place } from './admission.ts'
import { BodyRefusal, takeBody, takeWholeBody } from './body.ts'
import { type Caller, callerOf } from './caller.ts'
import { type GatewayOptions, resolveOptions } from './config.ts'
import { Exchange } from './exchange.ts'
import { createOpenExchanges } from './open-exchanges.ts'
import {
  badTarget,
  eventOf,
  internalError,
  methodNotAllowed,
  notFound,
  type Refusal,
  sendRefusal,
  stopping,
  unknownSession,
} from './refusal.ts'
import { parseTarget } from './route.ts'
import { type Session, sessionOf } from './session.ts'
import { createSessionBinding } from './session-binding.ts'
import { createUnruledReader } from './unruled-calls.ts'
import { createUpstream } from './upstreams.ts'

/** A protected MCP endpoint in front of an MCP server (Streamable HTTP, both eras side by side). */
export interface Gateway {
  /** The paths of the MCP endpoint, each with and without a slash at its end. */
  readonly paths: ReadonlySet<string>
  /** Answers a request: with metadata, a refusal, or what the upstream says. Resolves when it is answered or at the upstream. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** Ends all that is open of a grant, at once. Grants that end elsewhere are seen in the feed of the resource server (law 14). */
  endGrant(grantId: string): void
  /** Takes no more requests, lets open answers run on for a while, and ends them. */
  close(): Promise<void>
}

/** Throws `TypeError` for an option that cannot stand. */
export function createGateway(gatewayOptions: GatewayOptions): Gateway {
  const options = resolveOptions(gatewayOptions)
  const { resourceServer, limits, admission, timeouts, policy, onEvent } = options
  const upstream = createUpstream(options)
  const binding = createSessionBinding(options.sessionKeys, resourceServer.resource)
  const open = createOpenExchanges({ ...options, upstream })
  const readUnruled = createUnruledReader(options.now)
  const requirement = { scope: options.scope }
  const bodyOptions = { limit: limits.body, timeout: timeouts.requestBody }
  let isClosing = false

  const isRead = policy !== undefined || upstream.readsMessages

  /** One straight line: route, authenticate, authorize, forward. No step calls back into an earlier one. */
  async function serve(
    req: IncomingMessage,
    res: ServerResponse,
    head: RequestHead,
  ): Promise<Refusal | Response | undefined> {
    const target = parseTarget(req.url)
    if (target === undefined) return badTarget
    const answered = resourceServer.answer(head)
    if (answered !== undefined) return answered
    if (!options.paths.has(target.path)) return notFound
    if (isClosing) return stopping

    const accessToken = await resourceServer.authenticate(head, requirement)
    if (accessToken instanceof Response) return accessToken

    // Only from here on is anything said about the request itself: authentication comes first.
    const { method } = head
    if (method !== 'POST' && method !== 'GET' && method !== 'DELETE') return methodNotAllowed
    const session = sessionOf(head, accessToken, binding)
    if (session === undefined) return unknownSession
    return admitted({ req, res, head, query: target.query, accessToken, session })
  }

  /** The rest of the line, within the limits of what may be open. */
  async function admitted(request: AuthenticatedRequest): Promise<Refusal | Response | undefined> {
    const { key } = callerOf(request.accessToken)
    const place = admission.admit(key)
    if ('status' in place) return place
    let exchange: Exchange | undefined
    try {
      const said = await readAndAuthorize(request, place)
      if (!('messages' in said)) return said
      exchange = forward(request, said, place)
      return undefined
    } finally {
      if (exchange === undefined) place.release()
    }
  }

  async function readAndAuthorize(request: AuthenticatedRequest, place: Place): Promise<Refusal | Response | Said> {
    const { req, head, accessToken } = request
    if (head.method !== 'POST') return { body: undefined, messages: undefined, calls: {} }
    const taken = isRead ? takeWholeBody(req, bodyOptions, place) : takeBody(req, bodyOptions, place)
    const body = await taken
    if (body instanceof BodyRefusal) return body.refusal
    if (taken instanceof Promise) {
      // It took its time, in which the token may have been revoked (law 14), and the gateway told to stop.
      const stillValid = await resourceServer.authenticate(head, requirement)
      if (stillValid instanceof Response) return stillValid
      if (isClosing) return stopping
    }
    if (!isRead || !(body instanceof Buffer))
      return { body, messages: undefined, calls: readUnruled(body, head.headers) }
    const messages = parseMessages(body, upstream.readsMessages ? withoutMirrors(head.headers) : head.headers)
    if (messages.kind === 'refused') return messages
    const calls = callsToTell(messages)
    const refused = policy && resourceServer.enforce(head, accessToken, policy, messages)
    return refused ?? { body, messages, calls }
  }

  /** The exchange that has begun; `undefined` where the client is gone already. */
  function forward(request: AuthenticatedRequest, { body, messages, calls }: Said, place: Place): Exchange | undefined {
    const { req, res, head, query, accessToken, session } = request
    if (res.destroyed) return undefined
    const caller = callerOf(accessToken)
    // All that may throw comes first: what is open ends by its own steps alone.
    const call = upstream.begin({ req, head, query, caller, session, body, messages })
    // What the upstream's connection tells comes in whatever context opened that; what is told of it belongs to this request.
    const context = new AsyncResource('gateway exchange')
    const exchange = new Exchange({
      req,
      res,
      caller,
      isStanding: isStanding(head, messages),
      leavingCancels: session.isModern,
      corsHeaders: Object.entries(resourceServer.corsHeaders(head)).flat(),
      clientSessionId: session.clientIdFor,
      view: policy && resourceServer.listView(head, accessToken, policy, messages),
      mostRest: limits.body,
      refuse: (refusal) => context.runInAsyncScope(refuse, undefined, req, res, head, refusal, caller.about),
      onFailure: (cause) =>
        context.runInAsyncScope(onEvent, undefined, { type: 'failure', operation: 'upstream', cause }),
      onDone(ended) {
        open.delete(ended)
        place.release() // not before: the connection keeps the body until it is answered
        call.end({ isClean: ended.isComplete })
      },
    })
    open.add(exchange)
    onEvent({ type: 'call_allowed', ...caller.about, ...calls })
    call.start(exchange)
    return exchange
  }

  /** Tells why, and says so to the client where no answer has begun. */
  function refuse(
    req: IncomingMessage,
    res: ServerResponse,
    head: RequestHead,
    refusal: Refusal,
    about: Caller['about'] | undefined,
  ): void {
    const path = parseTarget(head.url)?.path ?? ''
    onEvent({ ...eventOf(refusal, { method: head.method, path, upstream: options.shownUpstream }), ...about })
    if (!res.destroyed && !res.headersSent)
      sendRefusal(req, res, refusal, { headers: resourceServer.corsHeaders(head), mostRest: limits.body })
  }

  return {
    paths: options.paths,

    async handle(req, res) {
      const head = requestHead(req)
      try {
        const answer = await serve(req, res, head)
        if (answer instanceof Response)
          await sendResponse(answer.status === 401 ? options.present(answer, head) : answer, res)
        else if (answer !== undefined) refuse(req, res, head, answer, undefined)
      } catch (cause) {
        if (res.destroyed) return // the client left in the middle of its request
        onEvent({ type: 'failure', operation: 'gateway', cause })
        if (res.headersSent) res.destroy()
        else refuse(req, res, head, internalError, undefined)
      }
    },
    endGrant(grantId) {
      open.endGrant(grantId)
      upstream.endGrants(({ accessToken }) => accessToken.grantId === grantId)
    },
    async close() {
      isClosing = true
      await open.drain()
      await upstream.destroy()
    },
  }
}

interface AuthenticatedRequest {
  req: IncomingMessage
  res: ServerResponse
  head: RequestHead
  query: string
  accessToken: AccessToken
  session: Session
}

/** What a request says. */
interface Said {
  body: Buffer | Readable | undefined
  /** `undefined` where nobody had to know. */
  messages: Messages | undefined
  /** The same, for events. */
  calls: ToldCalls
}

/** The headers without those that repeat what the body says. */
function withoutMirrors(headers: HeaderReader): HeaderReader {
  return { get: (name) => (name === 'mcp-method' || name === 'mcp-name' ? null : headers.get(name)) }
}
