import type { ClientProfile } from '@portcullis/clients'
import { statusOf } from '../../evidence/exchange.ts'
import type { Footprints, Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { stringIn, stringsIn } from './json-document.ts'
import { whyUnknown } from './not-asked.ts'
import { chooseWay, type RegistrationWords, takesStaticClient, tryRegistration } from './registration.ts'
import { isAcceptable } from './resource-comparison.ts'
import type { SdkDiscovery } from './sdk-discovery.ts'
import type { SdkResourceMetadata } from './sdk-metadata.ts'

/** In what the versions of the official SDK, and programs around it, differ once discovery is done. */
export interface SdkAuthorizationRules {
  /** The scope that is asked for, of which `offline_access` may still be missing. */
  readonly scope: string | undefined
  readonly offlineAccess: 'if_listed' | 'never'
  /** Whether `resource` goes through `URL.href`, which gives an origin its slash. */
  readonly serialisesResource: boolean
  readonly registrationWords: RegistrationWords
}

/** `authInternal` of the official SDK, from the comparison of `resource` to the URL for the browser. */
export async function authorize(
  wire: Wire,
  client: ClientProfile,
  discovery: SdkDiscovery,
  rules: SdkAuthorizationRules,
  steps: Footprints,
): Promise<Walk> {
  return (
    compareResource(wire.target, client, discovery.resource, steps) ??
    (await registerAndAsk(wire, client, discovery, rules, steps))
  )
}

function compareResource(
  target: string,
  client: ClientProfile,
  metadata: SdkResourceMetadata | undefined,
  steps: Footprints,
): Walk | undefined {
  if (metadata === undefined) return undefined
  steps.at('resource_comparison')
  const typed = new URL(target)
  typed.hash = ''
  const comparison = client.protectedResource?.comparison?.value ?? 'origin_and_path_prefix'
  if (isAcceptable(metadata.resource, typed.href, comparison)) return undefined
  const words = `Protected resource ${metadata.resource} does not match expected ${typed.href} (or origin)`
  return steps.stop('resource_comparison', 'resource_mismatch', words)
}

async function registerAndAsk(
  wire: Wire,
  client: ClientProfile,
  { resource, authorizationServer, metadata }: SdkDiscovery,
  rules: SdkAuthorizationRules,
  steps: Footprints,
): Promise<Walk> {
  const guessed = (path: string) => new URL(path, authorizationServer).href
  if (metadata === undefined) steps.caveat({ kind: 'guesses_endpoints', origin: new URL(authorizationServer).origin })

  const way = chooseWay(client, {
    takesClientDocuments: metadata?.takesClientDocuments ?? false,
    authenticationMethods: stringsIn(metadata?.document.token_endpoint_auth_methods_supported),
    registrationEndpoint: metadata === undefined ? guessed('/register') : metadata.registrationEndpoint,
  })
  if (way === undefined) {
    if (takesStaticClient(client)) steps.caveat({ kind: 'needs_static_client' })
    return steps.stop(
      'registration',
      'no_way_to_register',
      'Incompatible auth server: does not support dynamic client registration',
    )
  }
  steps.at('registration')
  const beside =
    metadata === undefined
      ? { token: guessed('/token'), guessedAuthorization: guessed('/authorize') }
      : { token: stringIn(metadata.document.token_endpoint) }
  const failed =
    way.kind === 'dynamic' ? await tryRegistration(wire, way.url, beside, steps, rules.registrationWords) : undefined
  if (failed !== undefined) return failed

  const refused =
    metadata === undefined
      ? await tryGuess(wire, guessed('/authorize'), steps)
      : refuses(metadata.responseTypes, metadata.codeChallengeMethods, client, steps)
  if (refused !== undefined) return refused
  return steps.end({
    kind: 'asks_for_authorization',
    request: {
      endpoint: metadata?.authorizationEndpoint ?? guessed('/authorize'),
      registration: way.kind,
      registrationUrl: way.url,
      scope: scopeOf(metadata?.scopes, rules, steps),
      resource: resourceOf(wire.target, client, resource, rules),
    },
  })
}

/** An endpoint that is advertised is believed: some answer 404 to whoever does not come with a client identifier that they know. */
async function tryGuess(wire: Wire, endpoint: string, steps: Footprints): Promise<Walk | undefined> {
  const answer = await wire.endpoint(endpoint)
  steps.at('authorization_request', answer)
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell('authorization_request', unknown)
  return statusOf(answer) === 404 ? steps.stop('authorization_request', 'authorization_endpoint_not_found') : undefined
}

/** What `startAuthorization` demands of metadata. */
function refuses(
  responseTypes: readonly string[],
  challengeMethods: readonly string[] | undefined,
  client: ClientProfile,
  steps: Footprints,
): Walk | undefined {
  steps.at('authorization_request')
  if (!responseTypes.includes('code'))
    return steps.stop(
      'authorization_request',
      'authorization_server_metadata_unusable',
      'Incompatible auth server: does not support response type code',
    )
  const needed = client.authorizationServer?.needsS256?.value ?? 'if_present'
  const isMissing = challengeMethods === undefined ? needed === 'always' : !challengeMethods.includes('S256')
  if (needed === 'never' || !isMissing) return undefined
  return steps.stop(
    'authorization_request',
    's256_not_listed',
    'Incompatible auth server: does not support code challenge method S256',
  )
}

function scopeOf(
  listed: readonly string[] | undefined,
  rules: SdkAuthorizationRules,
  steps: Footprints,
): string | undefined {
  if (!listed?.includes('offline_access') || rules.scope?.split(' ').includes('offline_access')) return rules.scope
  if (rules.offlineAccess === 'if_listed' && rules.scope !== undefined) return `${rules.scope} offline_access`
  steps.caveat({ kind: 'asks_for_no_refresh' })
  return rules.scope
}

function resourceOf(
  target: string,
  client: ClientProfile,
  metadata: SdkResourceMetadata | undefined,
  rules: SdkAuthorizationRules,
): string | undefined {
  const { resource, resourceWithout, resourceAddsSlash } = client.authorization ?? {}
  const sent = metadata === undefined ? (resourceWithout?.value ?? 'none') : (resource?.value ?? 'metadata_value')
  if (sent === 'none') return undefined
  const named = sent === 'metadata_value' && metadata !== undefined ? metadata.resource : target
  const isSerialised = sent === 'canonical_url' || (resourceAddsSlash?.value ?? rules.serialisesResource)
  return isSerialised ? new URL(named).href : named
}
