import type { FamilyWalk } from '../family.ts'
import { fallsBack, orOlder } from '../steps/older-transport.ts'
import type { RegistrationWords } from '../steps/registration.ts'
import { authorize } from '../steps/sdk-authorization.ts'
import { discover, type SdkDiscoveryRules } from '../steps/sdk-discovery.ts'
import { receive, redirectsOfMessages, type SdkTransportWords } from '../steps/sdk-first-request.ts'
import { Footprints, hasEnded } from '../walk.ts'

/** `@modelcontextprotocol/sdk` 1.32.2, `client/streamableHttp.js` and `client/auth.js`, and programs built on it. */
export const walkSdk1: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const first = client.challenge?.firstRequest?.value ?? 'post_initialize'
  const protocolVersion = client.challenge?.protocolVersion?.value
  const answer = await wire.first(first, { protocolVersion, redirects: redirectsOfMessages })
  const taken = await orOlder(answer, wire, steps, fallsBack(client))
  if (hasEnded(taken)) return taken
  const statuses = client.challenge?.statuses?.value ?? [401]
  const challenge = receive(taken, { statuses, schemes: ['bearer'], words }, steps)
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
  redirect: (to, options) => `${notFollowed(to, options)} (redirectPolicy: 'same-origin')`,
  contentType: (value) => `Streamable HTTP error: Unexpected content type: ${value ?? null}`,
  error: (code, message) => `MCP error ${code}: ${message}`,
}

function notFollowed(to: string, { isDowngrade }: { isDowngrade: boolean }): string {
  return isDowngrade ? `Redirect to plain http not followed; try ${to} instead` : `Redirect to ${to} not followed`
}

const registrationWords: RegistrationWords = {
  // `parseErrorResponse`, where the answer is no error of OAuth: what is not there speaks none, nor does a redirect.
  rejected: (status, redirect) => {
    if (redirect !== undefined) return `HTTP ${status}: ${notFollowed(redirect.to, redirect)}`
    return status === 404 ? 'HTTP 404: Invalid OAuth error response' : undefined
  },
  withoutAnswer: 'fetch failed',
}
