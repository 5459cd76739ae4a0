import { createHash } from 'node:crypto'
import { type Observation, type Observer, type Scenes, seenIn, standsIn } from './observation.ts'
import type { Recording } from './recording.ts'
import { authorizationQuery, codeExchange, headerOf, registeredMetadata, typedUrl } from './steps.ts'

/** What every client does, whoever wrote the program around it. */
export const observeRegistration: Observer = (scenes) => [
  order(scenes),
  seenIn(
    scenes.basic,
    'registration.withoutNone',
    (seen) => methodOf(seen) && (methodOf(seen) === 'none' ? 'none' : 'listed'),
  ),
  seenIn(scenes.basic, 'registration.usesSecret', (seen) => (methodOf(seen) === 'none' ? usesSecret(seen) : undefined)),
]

/** What a program that is built on a library decides for itself. */
export const observeIdentity: Observer = ({ default: plain, cimd, noiss }) => [
  seenIn(cimd, 'registration.documentUrl', documentUrl),
  seenIn(plain, 'registration.clientName', (seen) => templateOf(seen)?.client_name),
  seenIn(plain, 'registration.redirectUris', redirectUris),
  seenIn(noiss, 'registration.redirectUrisWithoutIss', (seen) =>
    String(redirectUris(seen)) === String(plain && redirectUris(plain)) ? undefined : redirectUris(seen),
  ),
  seenIn(plain, 'registration.authenticationMethod', methodOf),
  seenIn(plain, 'registration.body', templateOf),
]

function order({ default: plain, cimd }: Scenes): Observation | undefined {
  if (plain === undefined || registeredMetadata(plain) === undefined) return undefined
  const document = cimd && documentUrl(cimd) !== undefined ? ['client_metadata_document'] : []
  const seen = [...document, 'dynamic']
  const recordings = cimd ? [cimd, plain] : [plain]
  return { path: 'registration.order', value: seen, recordings, agrees: standsIn(seen) }
}

function documentUrl(seen: Recording): string | undefined {
  const clientId = authorizationQuery(seen)?.get('client_id') ?? ''
  return clientId.startsWith('https://') ? clientId : undefined
}

function methodOf(seen: Recording): unknown {
  return registeredMetadata(seen)?.token_endpoint_auth_method
}

function usesSecret(seen: Recording): boolean | undefined {
  const exchange = codeExchange(seen)
  if (exchange === undefined) return undefined
  return (
    headerOf(exchange, 'authorization')?.startsWith('Basic ') === true || /client_secret=/.test(exchange.body ?? '')
  )
}

function redirectUris(seen: Recording): readonly string[] | undefined {
  const uris = templateOf(seen)?.redirect_uris
  return Array.isArray(uris) ? uris : undefined
}

/** The body of the registration, with names in place of what differs from run to run. */
function templateOf(seen: Recording): Record<string, unknown> | undefined {
  const metadata = registeredMetadata(seen)
  if (metadata === undefined) return undefined
  const text = JSON.stringify({ ...metadata, scope: '{scope}' })
    .replace(/"(http:\/\/(?:localhost|127\.0\.0\.1)):\d+/g, '"$1:{port}')
    .replace(`/${callbackId(typedUrl(seen))}"`, '/{callback_id}"')
    .replace('(rec)', '({server})') // what the server was called in the recorded configuration
    .replace(`"software_version":"${seen.version}"`, '"software_version":"{version}"')
  return JSON.parse(text)
}

/** As Codex makes it. */
function callbackId(url: string): string {
  return createHash('sha256').update(url).digest().subarray(0, 9).toString('base64url')
}
