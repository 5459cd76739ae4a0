import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { AccessToken, RequestHead } from '@portcullis/auth'
import { callsOf, type Messages, parseMessages } from '@portcullis/auth/mcp'
import { requestHead, sendResponse } from '@portcullis/auth/node'
import { BodyRefusal, takeBody, takeWholeBody } from './body.ts'
import { callerOf } from './caller.ts'
import { type GatewayOptions, resolveOptions } from './config.ts'
import { Exchange } from './exchange.ts'
import { createOpenExchanges } from './open-exchanges.ts'
import {
  badTarget,
  internalError,
  methodNotAllowed,
  notFound,
  type Refusal,
  sendRefusal,
  stopping,
  tokenInQuery,
  unknownSession,
} from './refusal.ts'
import { forwardedHeaders, upstreamHeaders } from './request-headers.ts'
import { hasAccessToken, parseTarget, upstreamPath } from './route.ts'
import { type Session, sessionOf } from './session.ts'
import { createSessionBinding } from './session-binding.ts'
import { createUpstream } from './upstream.ts'

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
  const { resourceServer, limits, timeouts, policy, onEvent } = options
  const upstream = createUpstream(options.upstream, timeouts)
  const binding = createSessionBinding(options.sessionKey, resourceServer.resource)
  const open = createOpenExchanges(options)
  const requirement = { scope: options.scope }
  const bodyOptions = { limit: limits.body, timeout: timeouts.requestBody }
  let isClosing = false

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
    if (hasAccessToken(target.query)) return tokenInQuery
    const session = sessionOf(head, accessToken, binding)
    if (session === undefined) return unknownSession
    const full = open.refusalFor(callerOf(accessToken).key)
    if (full !== undefined) return full

    const body =
      method === 'POST' ? await (policy === undefined ? takeBody : takeWholeBody)(req, bodyOptions) : undefined
    if (body instanceof BodyRefusal) return body.refusal
    const messages = policy !== undefined && body instanceof Buffer ? parseMessages(body, head.headers) : undefined
    if (messages?.kind === 'refused') return messages
    if (policy !== undefined && messages !== undefined) {
      const denied = resourceServer.authorize(head, accessToken, policy.requiredScopes(messages))
      if (denied !== undefined) return denied
    }

    forward({ req, res, head, query: target.query, accessToken, session, body, messages })
    return undefined
  }

  function forward(request: AuthorizedRequest): void {
    const { req, res, head, query, accessToken, session, body, messages } = request
    if (res.destroyed) return // the client is gone already
    const caller = callerOf(accessToken)
    const corsHeaders = Object.entries(resourceServer.corsHeaders(head)).flat()
    const connection = upstream.take()
    const exchange = new Exchange({
      req,
      res,
      caller,
      isStanding: head.method === 'GET' || isListening(head, messages),
      leavingCancels: session.isModern,
      corsHeaders,
      clientSessionId: session.clientIdFor,
      mostRest: limits.body,
      refuse: (refusal) => refuse(req, res, head, refusal),
      onFailure: (cause) => onEvent({ type: 'failure', operation: 'upstream', cause }),
      onDone: (ended) => {
        open.delete(ended)
        upstream.release(connection, { isClean: ended.isComplete })
      },
    })
    open.add(exchange)
    onEvent({ type: 'call_allowed', ...caller.about })
    const headers = upstreamHeaders(req, session, [
      caller.identityHeaders,
      forwardedHeaders(options.publicUrl, options.clientAddress(req)),
    ])
    const path = upstreamPath(options.upstream, query)
    connection.dispatch({ method: head.method, path, headers, body: body ?? null }, exchange)
  }

  function refuse(req: IncomingMessage, res: ServerResponse, head: RequestHead, refusal: Refusal): void {
    const { status, reason } = refusal
    const path = parseTarget(head.url)?.path ?? ''
    onEvent({ type: 'request_refused', reason, method: head.method, path, status })
    if (!res.destroyed)
      sendRefusal(req, res, refusal, { headers: resourceServer.corsHeaders(head), mostRest: limits.body })
  }

  return {
    paths: options.paths,

    async handle(req, res) {
      const head = requestHead(req)
      try {
        const answer = await serve(req, res, head)
        if (answer instanceof Response) await sendResponse(answer, res)
        else if (answer !== undefined) refuse(req, res, head, answer)
      } catch (cause) {
        if (res.destroyed) return // the client left in the middle of its request
        onEvent({ type: 'failure', operation: 'gateway', cause })
        if (res.headersSent) res.destroy()
        else refuse(req, res, head, internalError)
      }
    },
    endGrant: open.endGrant,
    async close() {
      isClosing = true
      await open.drain()
      await upstream.destroy()
    },
  }
}

interface AuthorizedRequest {
  req: IncomingMessage
  res: ServerResponse
  head: RequestHead
  query: string
  accessToken: AccessToken
  session: Session
  body: Buffer | Readable | undefined
  /** What the body says; `undefined` where nobody had to know. */
  messages: Messages | undefined
}

/** Whether the answer to a POST is a stream that waits for what may happen (2026-07-28). A header that hides it gets the time of other answers. */
function isListening({ headers }: RequestHead, messages: Messages | undefined): boolean {
  if (headers.get('mcp-method') === 'subscriptions/listen') return true
  return messages !== undefined && callsOf(messages).some(({ method }) => method === 'subscriptions/listen')
}
