import { type Exchange, headerOf, statusOf } from '../../evidence/exchange.ts'
import type { FamilyWalk } from '../family.ts'
import { readReply } from '../steps/first-answer.ts'
import { refusalOf } from '../steps/gemini-addresses.ts'
import { discover, resourceParameter } from '../steps/gemini-discovery.ts'
import { register } from '../steps/gemini-registration.ts'
import { stringIn, stringsIn } from '../steps/json-document.ts'
import { whyUnknown } from '../steps/not-asked.ts'
import { orOlder } from '../steps/older-transport.ts'
import { isSuccess } from '../steps/success.ts'
import { Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/**
 * Gemini CLI 0.61.0, `packages/core/src/mcp/oauth-provider.ts` and `oauth-utils.ts`. It connects by the official SDK, says that it needs
 * authentication, and the person signs in (`/mcp auth`); then it asks anew, by HEAD, where to. Nothing is said of S256 or of `issuer`.
 */
export const walkGemini: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const uninvited = await dial(wire, steps)
  if (uninvited !== undefined) return uninvited

  const asked = await wire.first('head', { redirects: 'follow' })
  steps.at('challenge', asked)
  const isChallenge = (client.challenge?.statuses?.value ?? [401, 307]).includes(statusOf(asked) ?? 0)
  const challenge = isChallenge ? headerOf(asked, 'www-authenticate') : undefined
  const discovery = await discover(client, wire, challenge, steps)
  if (hasEnded(discovery)) return discovery

  const registrationUrl = await register(wire, discovery, steps)
  if (typeof registrationUrl !== 'string') return registrationUrl
  steps.at('authorization_request')
  const endpoint = stringIn(discovery.server.authorization_endpoint) ?? ''
  const refusal = refusalOfEndpoints(endpoint, stringIn(discovery.server.token_endpoint), wire.target)
  if (refusal !== undefined)
    return steps.stop('authorization_request', 'authorization_server_metadata_unusable', refusal)
  const scopes = stringsIn(discovery.server.scopes_supported) ?? []
  if (scopes.length > 1) steps.caveat({ kind: 'asks_for_all_scopes', count: scopes.length })
  return steps.end({
    kind: 'asks_for_authorization',
    request: {
      endpoint,
      registration: 'dynamic',
      registrationUrl,
      scope: scopes.join(' ') || undefined,
      resource: resourceParameter(wire.target),
    },
  })
}

function refusalOfEndpoints(authorization: string, token: string | undefined, typed: string): string | undefined {
  if (!authorization || !token) return 'Missing required OAuth configuration after discovery and registration'
  return refusalOf(authorization, typed) ?? refusalOf(token, typed)
}

/** `connectToMcpServer`: only a 401 makes it ask for a sign-in. After other failures it tries the transport of 2024-11-05. */
async function dial(wire: Wire, steps: Footprints): Promise<Walk | undefined> {
  const answer = await wire.first('post_initialize')
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell('reach', unknown)
  const status = statusOf(answer)
  steps.at(status === undefined ? 'reach' : 'challenge', answer)
  if (status === undefined) return steps.stop('reach', 'unreachable')
  if (status === 401) return undefined
  if (isSuccess(answer)) return readSuccess(answer, steps)
  const older = await orOlder(answer, wire, steps, () => true)
  if (hasEnded(older)) return older
  return older === answer ? steps.stop('challenge', 'wrong_status') : undefined
}

function readSuccess(answer: Exchange, steps: Footprints): Walk {
  const reply = readReply(answer)
  if (reply.kind === 'result') return steps.end({ kind: 'needs_no_sign_in' })
  if (reply.kind === 'open_stream')
    return steps.cannotTell('challenge', 'The stream of events brought no reply while the doctor waited')
  return steps.stop('challenge', 'not_challenged')
}
