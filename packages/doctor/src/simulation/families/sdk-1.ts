import { isTooDeep } from '../../evidence/json-depth.ts'
import type { FamilyWalk } from '../family.ts'
import { isObject, stringIn } from '../steps/json-document.ts'
import type { RegistrationWords } from '../steps/registration.ts'
import { authorize } from '../steps/sdk-authorization.ts'
import { discover, type SdkDiscoveryRules } from '../steps/sdk-discovery.ts'
import { receive, redirectsOfMessages, type SdkTransportWords } from '../steps/sdk-first-request.ts'
import { optional, refusal, text } from '../steps/zod-issues.ts'
import { Footprints, hasEnded } from '../walk.ts'

/** `@modelcontextprotocol/sdk` 1.32.2, `client/streamableHttp.js` and `client/auth.js`, and programs built on it. */
export const walkSdk1: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const first = client.challenge?.firstRequest?.value ?? 'post_initialize'
  const protocolVersion = client.challenge?.protocolVersion?.value
  const answer = await wire.first(first, { protocolVersion, redirects: redirectsOfMessages })
  const statuses = client.challenge?.statuses?.value ?? [401]
  const challenge = receive(answer, { statuses, schemes: ['bearer'], words }, steps)
  if (hasEnded(challenge)) return challenge

  const discovery = await discover(wire, challenge.pointer, rules, steps)
  if (hasEnded(discovery)) return discovery

  const scope = challenge.scope ?? (discovery.resource?.scopes?.join(' ') || undefined)
  const offlineAccess = client.authorization?.offlineAccess?.value ?? 'never'
  return authorize(
    wire,
    client,
    discovery,
    { scope, offlineAccess, serialisesResource: false, registrationWords },
    steps,
  )
}

const rules: SdkDiscoveryRules = {
  redirects: 'within_origin',
  goesOnAfter: (status) => status < 500,
  // It takes every failure of the network for one of CORS.
  withoutAnswer: { kind: 'goes_on' },
  comparesIssuer: false,
}

const words: SdkTransportWords = {
  noAnswer: 'fetch failed',
  status: (body) => `Streamable HTTP error: Error POSTing to endpoint: ${body}`,
  redirect: (to, { isDowngrade }) =>
    `${isDowngrade ? `Redirect to plain http not followed; try ${to} instead` : `Redirect to ${to} not followed`} (redirectPolicy: 'same-origin')`,
  contentType: (value) => `Streamable HTTP error: Unexpected content type: ${value ?? null}`,
  error: (code, message) => `MCP error ${code}: ${message}`,
}

const registrationWords: RegistrationWords = { rejected: wordsOfRejection, withoutAnswer: 'fetch failed' }

/** `parseErrorResponse`. */
function wordsOfRejection(status: number, body: string): string | undefined {
  if (status < 400) return undefined
  const said = (error: string) => `HTTP ${status}: Invalid OAuth error response: ${error}. Raw body: ${body}`
  let value: unknown
  if (isTooDeep(body)) return said('nested too deep')
  try {
    value = JSON.parse(body)
  } catch (error) {
    return said(String(error))
  }
  const issues = refusal(value, errorRules)
  if (issues !== undefined) return said(issues)
  return isObject(value) ? (stringIn(value.error_description) ?? '') : ''
}

const errorRules = { error: text, error_description: optional(text), error_uri: optional(text) }
