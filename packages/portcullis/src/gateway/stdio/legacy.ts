import { randomBytes } from 'node:crypto'
import type { Call } from '@portcullis/auth/mcp'
import { bodyTooLarge, type Refusal, unknownSession } from '../refusal.ts'
import { errorReply } from '../streamable-http/answer.ts'
import { isOpening, keyOf, textOf } from '../streamable-http/client-request.ts'
import { elementsOf, splice, textAt } from '../streamable-http/json-splice.ts'
import { noSession, notAcceptable } from '../streamable-http/refusals.ts'
import { legacyVersions } from '../streamable-http/revisions.ts'
import { isRecord } from '../streamable-http/server-message.ts'
import type { Connection } from './connection.ts'
import { type Greeting, GreetingRefused } from './handshake.ts'
import { McpSession } from './mcp-session.ts'
import { stuck } from './refusals.ts'
import type { StdioRequest, StdioServing } from './stdio-upstream.ts'

/** Serves a request of the revisions with sessions (2025-03-26 to 2025-11-25, transports). */
export async function serveLegacy(request: StdioRequest, serving: StdioServing): Promise<void> {
  const { answer, head, session: bound } = request
  const version = head.headers.get('mcp-protocol-version')
  if (version !== null && !isLegacyVersion(version)) return answer.fail(unknownVersion)
  if (head.method === 'POST' && bound.upstreamId === undefined && isOpening(request.messages))
    return openSession(request, serving)
  if (bound.upstreamId === undefined) return answer.fail(noSession)
  const session = serving.sessions.use(bound.upstreamId, request.caller)
  if (session === undefined) return answer.fail(unknownSession)
  switch (head.method) {
    case 'GET':
      if (!answer.isStreamable) return answer.fail(notAcceptable)
      session.listen(answer)
      return answer.startStream()
    case 'DELETE':
      serving.sessions.end(session)
      return answer.accept(200)
    default:
      return post(request, serving, session)
  }
}

async function openSession(request: StdioRequest, { processes, sessions, isShared }: StdioServing): Promise<void> {
  const { answer, messages, caller } = request
  const [call] = messages?.messages ?? []
  const params = call?.kind === 'request' ? (call.params ?? {}) : {}
  const capabilities = isRecord(params.capabilities) ? params.capabilities : {}
  const text = textOf(request)
  if (text.length > longestOpening) return answer.fail(bodyTooLarge) // what is in it is kept for as long as the session
  const clientId = textAt(text, ['id']) ?? 'null'
  const ready = await processes.obtain(caller, 'legacy', capabilities)
  if (answer.isDone) return
  if (ready instanceof GreetingRefused) {
    const { code, message, data } = ready.said
    const error = { code: Number(code), message: String(message), ...(data !== undefined && { data }) }
    return answer.reply(errorReply(clientId, error), { status: 400 })
  }
  if (ready === 'legacy' || 'status' in ready) return answer.fail(ready === 'legacy' ? unknownVersion : ready)
  const { connection, greeting } = ready
  if (greeting === undefined) return answer.fail(unknownVersion)
  const session = new McpSession(randomBytes(18).toString('base64url'), caller, capabilities)
  sessions.keep(session)
  session.attach(connection)
  const result = { ...greeting.result, ...toldTo(params.protocolVersion, greeting, isShared) }
  answer.reply(`{"jsonrpc":"2.0","id":${clientId},"result":${JSON.stringify(result)}}`, {
    headers: { 'mcp-session-id': session.id },
  })
}

/** The revision that both know, and what the server can do of what clients are let have. */
function toldTo(asked: unknown, { protocolVersion, capabilities }: Greeting, isShared: boolean): object {
  const isOlder = isLegacyVersion(asked) && asked < protocolVersion
  const { logging, ...others } = capabilities
  const told = isShared || logging === undefined ? others : capabilities
  return { protocolVersion: isOlder ? asked : protocolVersion, capabilities: told }
}

async function post(request: StdioRequest, { processes, isShared }: StdioServing, session: McpSession): Promise<void> {
  const { answer, caller, messages } = request
  if (messages === undefined) return
  const texts = messages.isBatch ? elementsOf(textOf(request)) : [textOf(request)]
  const said = messages.messages.map((message, at) => ({ message, text: texts[at] ?? '' }))
  for (const { message, text } of said) {
    if (message.kind === 'response') respond(session, text)
    if (message.kind === 'notification') notified(session, message, text)
  }
  const requests = said.flatMap(({ message, text }) => (message.kind === 'request' ? [{ call: message, text }] : []))
  if (requests.length === 0) return answer.accept(202)
  if (requests.some(({ call }) => call.method === 'initialize')) return answer.fail(initializedAlready)

  const ready = await processes.obtain(caller, 'legacy', session.capabilities)
  if (answer.isDone) return
  if (ready === 'legacy' || ready instanceof GreetingRefused) return answer.fail(unknownSession)
  if ('status' in ready) return answer.fail(ready)
  if (ready.connection.isStuck) return answer.fail(stuck)
  session.attach(ready.connection)
  if (messages.isBatch && answer.isStreamable) answer.startStream()
  for (const each of requests) ask(request, { ...each, session, connection: ready.connection, isShared })
}

interface Asking {
  call: Call
  text: string
  session: McpSession
  connection: Connection
  isShared: boolean
}

function ask({ answer, waiting }: StdioRequest, { call, text, session, connection, isShared }: Asking): void {
  const clientId = textAt(text, ['id']) ?? 'null'
  const ownAnswer = answeredHere(call, { session, connection, isShared })
  if (ownAnswer !== undefined) {
    answer.reply(splice(ownAnswer, [[['id'], clientId]]))
    return
  }
  const key = keyOf(call.id)
  const pending = connection.request(text, call, {
    session,
    answer,
    onReply(reply) {
      if (session.pending.get(key) === pending) session.pending.delete(key)
      answer.reply(reply)
    },
    onFail(refusal) {
      session.pending.delete(key)
      answer.failOne(refusal, clientId)
    },
  })
  session.pending.set(key, pending)
  waiting.push({
    connection,
    pending,
    forget() {
      if (session.pending.get(key) === pending) session.pending.delete(key)
    },
  })
}

/** What would change something for everybody who shares the server, or not change it for those who still want it. */
function answeredHere(
  call: Call,
  { session, connection, isShared }: Omit<Asking, 'call' | 'text'>,
): string | undefined {
  const uri = typeof call.params?.uri === 'string' ? call.params.uri : undefined
  switch (call.method) {
    case 'logging/setLevel':
      if (isShared)
        return errorReply('0', { code: -32601, message: 'Log messages of a server that is shared are told to nobody' })
      if (typeof call.params?.level === 'string' && call.params.level.length <= longestLevel)
        session.logLevel = call.params.level
      return undefined
    case 'resources/subscribe':
      if (uri === undefined) return undefined
      if (uri.length > longestSubscribed)
        return errorReply('0', { code: -32602, message: `The URI has more than ${longestSubscribed} characters` })
      if (session.subscriptions.size >= mostSubscriptions)
        return errorReply('0', { code: -32000, message: `One session may subscribe to ${mostSubscriptions} resources` })
      session.subscriptions.add(uri)
      return undefined
    case 'resources/unsubscribe': {
      if (uri === undefined) return undefined
      session.subscriptions.delete(uri)
      const isStillWanted = [...connection.sessions].some(({ subscriptions }) => subscriptions.has(uri))
      return isStillWanted ? '{"jsonrpc":"2.0","id":0,"result":{}}' : undefined
    }
    default:
      return undefined
  }
}

/** The answer to a request of the server's: of the session that was asked alone. */
function respond(session: McpSession, text: string): void {
  const id = Number(textAt(text, ['id']))
  const asked = session.asked.get(id)
  if (asked === undefined) return
  session.asked.delete(id)
  asked.connection.notify(splice(text, [[['id'], asked.childId]]))
}

function notified(session: McpSession, { method, params }: Call, text: string): void {
  const { connection } = session
  if (connection === undefined) return
  switch (method) {
    case 'notifications/initialized': // the server was told so when it was greeted
      return
    case 'notifications/cancelled': {
      const key = keyOf(params?.requestId)
      const pending = session.pending.get(key)
      if (pending === undefined) return
      session.pending.delete(key)
      connection.cancel(pending, text)
      pending.answer?.drop()
      return
    }
    case 'notifications/progress': {
      const isAsked = [...session.asked.values()].some(({ progressToken }) => progressToken === params?.progressToken)
      if (isAsked) connection.notify(text)
      return
    }
    default:
      // What else clients tell is of themselves, and a server that is shared would take it for everybody's.
      if (!connection.isShared) connection.notify(text)
  }
}

function isLegacyVersion(version: unknown): version is string {
  return legacyVersions.some((known) => known === version)
}

const unknownVersion: Refusal = {
  status: 400,
  reason: 'wrong_protocol_version',
  message: `The revision of MCP is none that this server knows: ${legacyVersions.join(', ')}`,
}

const initializedAlready: Refusal = {
  status: 400,
  reason: 'not_json_rpc',
  code: -32600,
  message: 'The session is initialized already, and "initialize" stands alone',
}

const mostSubscriptions = 1000
/** Characters of a URI that is kept to be subscribed to again. */
const longestSubscribed = 2048
/** Characters of an opening, which are some hundred as a rule. */
const longestOpening = 64 * 1024
/** Characters; those that there are have nine at most. */
const longestLevel = 32
