import { type Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { refusalOf } from './gemini-addresses.ts'
import { findServer, type GeminiDiscovery } from './gemini-discovery.ts'
import { type JsonObject, stringIn } from './json-document.ts'
import { type RegistrationWords, tryRegistration } from './registration.ts'

/** Where Gemini CLI registers. */
export async function register(wire: Wire, discovery: GeminiDiscovery, steps: Footprints): Promise<string | Walk> {
  const known = discovery.isFromChallenge ? undefined : stringIn(discovery.server.registration_endpoint)
  const url = known || (await lookAgain(wire, discovery.server, steps))
  if (typeof url === 'object') return url
  steps.at('registration')
  if (!url) {
    steps.caveat({ kind: 'needs_static_client' })
    const words = 'No client ID provided and dynamic registration not supported'
    return steps.stop('registration', 'no_way_to_register', words)
  }
  const refusal = refusalOf(url, wire.target)
  if (refusal !== undefined) return steps.stop('registration', 'unreachable', refusal)

  const token = stringIn(discovery.server.token_endpoint)
  return (await tryRegistration(wire, url, { token }, steps, registrationWords)) ?? url
}

const registrationWords: RegistrationWords = {
  rejected: (status) => (status === 404 ? 'Client registration failed: 404 Not Found' : undefined),
  withoutAnswer: 'fetch failed',
}

/** `discoverAuthServerMetadataForRegistration`: at the origin of the issuer before the issuer itself, whoever's metadata is there. */
async function lookAgain(wire: Wire, server: JsonObject, steps: Footprints): Promise<string | undefined | Walk> {
  const issuer = stringIn(server.issuer)
  if (!issuer)
    return steps.stop(
      'registration',
      'authorization_server_metadata_unusable',
      'Cannot perform dynamic registration without issuer',
    )
  if (!URL.canParse(issuer)) return steps.stop('registration', 'authorization_server_metadata_unusable', 'Invalid URL')

  const candidates = candidatesOf(issuer)
  for (const candidate of candidates) {
    const found = await findServer(wire, candidate, steps)
    if (hasEnded(found)) return found
    if (found !== undefined) return stringIn(found.registration_endpoint)
  }
  return steps.stop(
    'registration',
    'no_way_to_register',
    `Failed to fetch authorization server metadata for client registration (attempted issuers: ${[...candidates].join(', ')})`,
  )
}

function candidatesOf(issuer: string): ReadonlySet<string> {
  const { origin, pathname } = new URL(issuer)
  const trimmed = pathname.replace(/\/$/, '')
  const ending = endings.find((each) => trimmed.endsWith(each))
  const path = ending === undefined ? trimmed : trimmed.slice(0, -ending.length)
  const segments = path.split('/').filter(Boolean)
  const isVersioned = /^v\d+(\.\d+)?$/i.test(segments.at(-1) ?? '')
  const withoutVersion = isVersioned && segments.length > 1 ? [`${origin}/${segments.slice(0, -1).join('/')}`] : []
  return new Set([origin, ...(path === '' ? [] : [`${origin}${path}`]), ...withoutVersion])
}

const endings = [
  '/protocol/openid-connect/auth',
  '/protocol/openid-connect/authorize',
  '/oauth2/authorize',
  '/oauth/authorize',
  '/authorize',
]
