import type { ClientProfile } from '@portcullis/clients'
import { statusOf } from '../../evidence/exchange.ts'
import type { FamilyWalk } from '../family.ts'
import { redirectTarget } from '../redirects.ts'
import { unboundEndpoint } from '../steps/codex-endpoints.ts'
import { readReply } from '../steps/first-answer.ts'
import { stringsIn } from '../steps/json-document.ts'
import { whyUnknown } from '../steps/not-asked.ts'
import { fallsBack, isOfOlderTransport, orOlder } from '../steps/older-transport.ts'
import { chooseWay, type RegistrationWords, takesStaticClient, tryRegistration } from '../steps/registration.ts'
import { discover, type RmcpDiscovery } from '../steps/rmcp-discovery.ts'
import type { RmcpServerMetadata } from '../steps/rmcp-server-metadata.ts'
import { Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/**
 * `rmcp` at 98a5478, which Codex 0.169.0 brings (after 3.1.4; `crates/rmcp/src/transport/auth.rs`), and Codex's own `rmcp-client`. It looks for metadata before it knows whether anybody asks for a token, and signs in when it finds some.
 */
export const walkRmcp: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const uninvited =
    client.challenge?.firstRequest?.value === 'post_initialize' ? await dial(client, wire, steps) : undefined
  if (uninvited !== undefined) return uninvited

  const protocolVersion = client.challenge?.protocolVersion?.value ?? '2024-11-05'
  const discovery = await discover(wire, protocolVersion, steps)
  if (hasEnded(discovery)) return (await usedAsNobody(wire, steps)) ?? discovery

  const metadata = discovery.metadata ?? guess(client, wire, steps)
  if (metadata === undefined) {
    const letIn = await usedAsNobody(wire, steps)
    return letIn ?? steps.stop('authorization_server_metadata', 'authorization_server_metadata_not_found')
  }
  const walk = await authorize(client, wire, discovery, metadata, steps)
  const isInVain = walk.end.kind === 'asks_for_authorization' && (await isOfOlderTransport(wire))
  return isInVain && !fallsBack(client)() ? inVain(walk) : walk
}

/** It signs in before it knows whether there is something that it can talk to. */
function inVain(walk: Walk): Walk {
  const { end } = walk
  if (end.kind !== 'asks_for_authorization') return walk
  return { ...walk, end: { kind: 'stops', step: 'challenge', because: 'wrong_status', request: end.request } }
}

/** Clients like goose sign in when they are refused, and not before. */
async function dial(client: ClientProfile, wire: Wire, steps: Footprints): Promise<Walk | undefined> {
  const answer = await wire.first('post_initialize')
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell('reach', unknown)
  const status = statusOf(answer)
  steps.at(status === undefined ? 'reach' : 'challenge', answer)
  if (status === undefined) return steps.stop('reach', 'unreachable')
  if ((client.challenge?.statuses?.value ?? [401]).includes(status)) return undefined
  const older = await orOlder(answer, wire, steps, fallsBack(client))
  if (hasEnded(older)) return older
  if (older !== answer) return undefined
  if (status !== 200) return steps.stop('challenge', 'wrong_status')
  return readReply(answer).kind === 'result'
    ? steps.end({ kind: 'needs_no_sign_in' })
    : steps.stop('challenge', 'not_challenged')
}

/** Where it cannot sign in, it may still be let in. */
async function usedAsNobody(wire: Wire, steps: Footprints): Promise<Walk | undefined> {
  const answer = await wire.first('post_initialize', { redirects: 'none' })
  if (redirectTarget(answer) !== undefined) {
    steps.at('challenge', answer)
    return steps.stop('challenge', 'wrong_status')
  }
  if (statusOf(answer) !== 200 || readReply(answer).kind !== 'result') return undefined
  steps.at('challenge', answer)
  return steps.end({ kind: 'needs_no_sign_in' })
}

/** `legacy_authorization_metadata`, for clients that take it; Codex does not. */
function guess(client: ClientProfile, wire: Wire, steps: Footprints): RmcpServerMetadata | undefined {
  if (client.authorizationServer?.without?.value !== 'endpoints_at_origin') return undefined
  const { origin } = new URL(wire.target)
  steps.caveat({ kind: 'guesses_endpoints', origin })
  return {
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    registrationEndpoint: `${origin}/register`,
    issuer: undefined,
    scopes: undefined,
    responseTypes: undefined,
    codeChallengeMethods: undefined,
    document: {},
  }
}

async function authorize(
  client: ClientProfile,
  wire: Wire,
  discovery: RmcpDiscovery,
  metadata: RmcpServerMetadata,
  steps: Footprints,
): Promise<Walk> {
  const unbound = client.authorizationServer?.bindsEndpoints?.value ? unboundEndpoint(metadata) : undefined
  if (unbound !== undefined)
    return steps.stop('authorization_server_metadata', 'authorization_server_metadata_unusable', unbound)

  steps.at('registration')
  const way = chooseWay(client, {
    takesClientDocuments: metadata.document.client_id_metadata_document_supported === true,
    authenticationMethods: stringsIn(metadata.document.token_endpoint_auth_methods_supported),
    registrationEndpoint: metadata.registrationEndpoint,
  })
  if (way === undefined) {
    if (takesStaticClient(client)) steps.caveat({ kind: 'needs_static_client' })
    return steps.stop(
      'registration',
      'no_way_to_register',
      failedRegistration('Dynamic client registration not supported'),
    )
  }
  const refused = refusal(metadata)
  if (refused !== undefined) {
    const words = way.kind === 'dynamic' ? failedRegistration(refused.words, '') : refused.words
    return steps.stop(way.kind === 'dynamic' ? 'registration' : 'authorization_request', refused.because, words)
  }
  const beside = {
    token: metadata.tokenEndpoint,
    ...(discovery.metadata === undefined && { guessedAuthorization: metadata.authorizationEndpoint }),
  }
  const failed =
    way.kind === 'dynamic' ? await tryRegistration(wire, way.url, beside, steps, registrationWords) : undefined
  if (failed !== undefined) return failed

  steps.at('authorization_request')
  return steps.end({
    kind: 'asks_for_authorization',
    request: {
      endpoint: metadata.authorizationEndpoint,
      registration: way.kind,
      registrationUrl: way.url,
      scope: scopeOf(discovery, metadata, steps),
      resource: resourceOf(client, discovery, wire.target),
    },
  })
}

const registrationWords: RegistrationWords = {
  rejected: (status) => (status === 404 ? failedRegistration('HTTP 404 Not Found') : undefined),
  withoutAnswer: undefined,
}

/** `validate_server_metadata`. */
function refusal({ responseTypes, codeChallengeMethods }: RmcpServerMetadata) {
  if (responseTypes?.includes('code') === false)
    return { because: 'authorization_server_metadata_unusable', words: 'Invalid scope: code' } as const
  if (codeChallengeMethods?.includes('S256') === false)
    return {
      because: 's256_not_listed',
      words: 'Authorization server does not support the required PKCE code challenge method (S256)',
    } as const
  return undefined
}

/** `select_scopes`. */
function scopeOf(
  discovery: RmcpDiscovery,
  { scopes: listed = [] }: RmcpServerMetadata,
  steps: Footprints,
): string | undefined {
  const scopes = discovery.scopes.length > 0 ? [...new Set(discovery.scopes)] : [...listed]
  if (discovery.scopes.length === 0 && scopes.length > 1)
    steps.caveat({ kind: 'asks_for_all_scopes', count: scopes.length })
  if (scopes.length > 0 && !scopes.includes('offline_access') && listed.includes('offline_access'))
    scopes.push('offline_access')
  return scopes.length === 0 ? undefined : scopes.join(' ')
}

/** `oauth_resource`. */
function resourceOf(client: ClientProfile, { resource }: RmcpDiscovery, typed: string): string {
  const isTyped = client.authorization?.resource?.value === 'typed_url'
  return isTyped || resource === undefined ? new URL(typed).href : resource
}

function failedRegistration(words: string, prefix = 'Registration failed: '): string {
  return `Registration failed: Dynamic registration failed: ${prefix}${words}`
}
