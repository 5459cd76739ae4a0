import { type Call, findMismatch } from '@portcullis/auth/mcp'
import type { Refusal } from '../refusal.ts'
import { errorReply } from '../streamable-http/answer.ts'
import { claimOf, textOf, versionKey } from '../streamable-http/client-request.ts'
import { textAt } from '../streamable-http/json-splice.ts'
import { legacyAlone } from '../streamable-http/refusals.ts'
import { isRecord, type Reply } from '../streamable-http/server-message.ts'
import { GreetingRefused } from './handshake.ts'
import { stuck } from './refusals.ts'
import type { Ready } from './slot.ts'
import type { StdioRequest, StdioServing } from './stdio-upstream.ts'

/** Serves a request of 2026-07-28 or later: each stands for itself, and is answered by its own stream. */
export async function serveModern(request: StdioRequest, { processes, isShared }: StdioServing): Promise<void> {
  const { answer, messages, caller } = request
  const [call] = messages?.messages ?? []
  if (messages === undefined || messages.isBatch || call === undefined || call.kind === 'response')
    return answer.fail(notOneRequest)
  const ready = await processes.obtain(caller, 'modern')
  if (answer.isDone) return
  if (ready === 'legacy' || ready instanceof GreetingRefused) return answer.fail(legacyAlone)
  if ('status' in ready) return answer.fail(ready)
  const { connection } = ready
  const text = textOf(request)
  if (call.kind === 'notification') {
    // Clients cancel by leaving; and under the names that they give to their requests others have theirs.
    if (!isShared && !/^notifications\/(cancelled|progress)$/.test(call.method)) connection.notify(text)
    return answer.accept(202)
  }
  const clientId = textAt(text, ['id']) ?? 'null'
  const wrong = await whyWrong(request, call, claimOf(messages), ready)
  if (answer.isDone) return
  if (wrong !== undefined) return answer.reply(errorReply(clientId, wrong), { status: 400 })
  if (connection.isStuck) return answer.fail(stuck)
  const pending = connection.request(text, call, {
    session: undefined,
    answer,
    onReply: (reply, said) => answer.reply(reply, { status: statusOf(said) }),
    onFail: (refusal) => answer.failOne(refusal, clientId),
  })
  request.waiting.push({ connection, pending })
}

/** What a server must refuse that sees the headers: the one behind sees none (2026-07-28, request metadata). Its codes are the specification's, since this is its server. */
async function whyWrong(
  { head: { headers } }: StdioRequest,
  call: Call,
  claim: string | undefined,
  { versions, paramHeaders }: Ready,
): Promise<RpcError | undefined> {
  const { method, name, params } = call
  if (claim === undefined)
    return method === 'initialize'
      ? mismatch('MCP-Protocol-Version names a revision that has no "initialize"')
      : { code: -32602, message: `params._meta["${versionKey}"] is missing` }
  if (headers.get('mcp-protocol-version')?.trim() !== claim)
    return mismatch('MCP-Protocol-Version is not the revision that the body names')
  if (!versions.includes(claim))
    return { code: -32022, message: 'Unsupported protocol version', data: { supported: versions, requested: claim } }
  if (headers.get('mcp-method') === null) return mismatch('Mcp-Method is missing')
  if (name !== undefined && headers.get('mcp-name') === null) return mismatch('Mcp-Name is missing')
  const meta = params?._meta
  if (!isRecord(meta) || !isRecord(meta[capabilitiesKey]))
    return { code: -32602, message: `params._meta["${capabilitiesKey}"] is missing` }
  const contradiction = findMismatch([call], headers)
  if (contradiction !== undefined) return mismatch(contradiction)
  if (method !== 'tools/call' || name === undefined) return undefined
  const ofParams = await paramHeaders.mismatch(name, params?.arguments, headers)
  return ofParams === undefined ? undefined : mismatch(ofParams)
}

interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

function mismatch(message: string): RpcError {
  return { code: -32020, message }
}

/** Errors of the protocol have a status of their own (2026-07-28, transports); those of a tool are an answer like others. */
function statusOf({ error }: Reply): number {
  switch (error?.code) {
    case -32020:
    case -32021:
    case -32022:
      return 400
    case -32601:
      return 404
    default:
      return 200
  }
}

const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

const notOneRequest: Refusal = {
  status: 400,
  reason: 'not_json_rpc',
  code: -32600,
  message: 'The body must be one request or one notification',
}
