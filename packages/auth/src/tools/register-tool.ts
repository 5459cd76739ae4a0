import { type CallRules, createCallRules } from '../mcp/call-rules.ts'
import { resultOf } from '../mcp/challenge-result.ts'
import type { Call } from '../mcp/message.ts'
import type { Needs } from '../mcp/needs.ts'
import { formatChallenge } from '../protocol/challenge.ts'
import { formatScope } from '../protocol/scope.ts'
import { accessTokenIn, type HandlerExtra } from './caller-of.ts'
import type { ConfigOf, Handler, RegisteredOf, ToolSchema, ToolServer } from './sdk-types.ts'

const declared = new WeakMap<object, Map<string, Needs>>()

/**
 * Registers a tool with what its caller needs beside it: `server.registerTool` of the official SDK, 1.x or 2.x, with `needs`. The tool keeps to them by
 * itself; `protect(resourceServer, { tools: needsOf(createServer()) })` has them asked for before the server is reached, so that clients step up, and
 * shows them in lists.
 * Throws `TypeError` for needs that cannot stand.
 */
export function registerTool<Server extends ToolServer, const Schema extends ToolSchema = undefined>(
  server: Server,
  name: string,
  config: ConfigOf<Server> & { inputSchema?: Schema; needs?: Needs },
  handler: Handler<Server, Schema>,
): RegisteredOf<Server> {
  const { needs = {}, ...others } = config
  const rules = createCallRules({ tools: { [name]: needs } })
  const ofServer = declared.get(server) ?? new Map<string, Needs>()
  declared.set(server, ofServer.set(name, needs))
  const guarded = (...given: unknown[]) => refusalOf(rules, name, given.at(-1)) ?? call(handler, given)
  return Reflect.apply(server.registerTool, server, [name, others, guarded])
}

/** What the tools of `server` need that were registered with `registerTool`: the rules for `protect`. */
export function needsOf(server: ToolServer): Readonly<Record<string, Needs>> {
  return Object.fromEntries(declared.get(server) ?? [])
}

/** What the tool answers to somebody who may not use it: a result, since it is a tool that answers here. */
function refusalOf(rules: CallRules, name: string, extra: unknown) {
  if (rules.isSilent) return undefined
  const accessToken = accessTokenIn(isObject(extra) ? extra : {})
  if (accessToken === undefined)
    return failure('This tool needs somebody who is signed in, and nobody is known to call')
  const asked: Call = { kind: 'request', id: 0, method: 'tools/call', name, params: undefined }
  const judgement = rules.judge({ kind: 'messages', isBatch: false, messages: [asked] }, accessToken)
  switch (judgement.kind) {
    case 'allowed':
      return undefined
    case 'denied':
      return failure(judgement.reasons.get(asked) ?? 'A rule forbids this')
    case 'insufficient': {
      const description = `This needs the scope ${formatScope(judgement.scopes)}`
      const scope = formatScope(new Set([...judgement.scopes, ...accessToken.scope]))
      return resultOf(
        formatChallenge({ error: 'insufficient_scope', errorDescription: description, scope }),
        description,
      )
    }
    default:
      return judgement satisfies never
  }
}

function failure(message: string) {
  return { content: [{ type: 'text' as const, text: message }], isError: true }
}

function isObject(value: unknown): value is HandlerExtra {
  return typeof value === 'object' && value !== null
}

function call(handler: (...given: never[]) => unknown, given: unknown[]): unknown {
  return handler(...(given as never[])) // the server gives its handler what it promised it
}
