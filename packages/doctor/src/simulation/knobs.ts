import type { ClientProfile, Fact, Step } from '@portcullis/clients'

/** A thing that decides how a walk goes on, by its place in the profile. */
export type Knob = keyof typeof knobs

interface Unknown {
  /** Where it matters. */
  readonly step: Step
  /** What nobody has recorded, as a clause. */
  readonly what: string
  /** The profile with each possible value in turn. */
  readonly supposed: (client: ClientProfile) => readonly ClientProfile[]
}

// The first value is what the MCP specification says, the others are what clients were seen to do. What can change nothing but the
// parameters of the authorization request has one.
export const knobs = {
  'challenge.firstRequest': {
    step: 'challenge',
    what: 'with which request it begins',
    supposed: suppose('challenge', 'firstRequest', 'post_initialize', 'post_discover'),
  },
  'challenge.statuses': {
    step: 'challenge',
    what: 'whether a 403 makes it sign in',
    supposed: suppose('challenge', 'statuses', [401], [401, 403]),
  },
  'challenge.needsHeader': {
    step: 'challenge',
    what: 'whether it looks for metadata that no challenge points to',
    supposed: suppose('challenge', 'needsHeader', false, true),
  },
  'challenge.followsPointer': {
    step: 'protected_resource_metadata',
    what: 'from where it follows “resource_metadata”',
    supposed: suppose('challenge', 'followsPointer', 'any_origin', 'same_origin', 'never'),
  },
  'challenge.olderTransport': {
    step: 'challenge',
    what: 'whether it falls back to the transport of MCP 2024-11-05',
    supposed: suppose('challenge', 'olderTransport', 'falls_back', 'never'),
  },
  'protectedResource.order': {
    step: 'protected_resource_metadata',
    what: 'whether it looks for protected-resource metadata at the root of the origin',
    supposed: suppose('protectedResource', 'order', ['pointer', 'path', 'root'], ['pointer', 'path']),
  },
  'protectedResource.pointerAlone': {
    step: 'protected_resource_metadata',
    what: 'whether it looks further where “resource_metadata” leads nowhere',
    supposed: suppose('protectedResource', 'pointerAlone', true, false),
  },
  'protectedResource.goesOnAfter': {
    step: 'protected_resource_metadata',
    what: 'after which answers it looks further for protected-resource metadata',
    supposed: suppose('protectedResource', 'goesOnAfter', '404', '4xx', '4xx_or_502', 'any'),
  },
  'protectedResource.comparison': {
    step: 'resource_comparison',
    what: 'how it compares “resource” with the URL that was typed',
    supposed: suppose('protectedResource', 'comparison', 'exact', 'origin_and_path_prefix', 'same_origin', 'none'),
  },
  'protectedResource.issuers': {
    step: 'authorization_server_metadata',
    what: 'which of several authorization servers it takes',
    supposed: suppose('protectedResource', 'issuers', 'first', 'first_that_answers', 'all'),
  },
  'protectedResource.without': {
    step: 'protected_resource_metadata',
    what: 'whether it goes on where there is no protected-resource metadata',
    supposed: suppose('protectedResource', 'without', 'stops', 'goes_on'),
  },
  'protectedResource.issuerWithout': {
    step: 'authorization_server_metadata',
    what: 'what it takes for the authorization server where there is no protected-resource metadata',
    supposed: suppose('protectedResource', 'issuerWithout', 'origin', 'typed_url'),
  },
  'authorizationServer.order': {
    step: 'authorization_server_metadata',
    what: 'whether it looks for OpenID Connect metadata',
    supposed: suppose(
      'authorizationServer',
      'order',
      ['oauth_inserted', 'openid_inserted', 'openid_appended'],
      ['oauth_inserted'],
    ),
  },
  'authorizationServer.goesOnAfter': {
    step: 'authorization_server_metadata',
    what: 'after which answers it looks further for authorization-server metadata',
    supposed: suppose('authorizationServer', 'goesOnAfter', '404', '4xx', '4xx_or_502', 'any'),
  },
  'authorizationServer.comparesIssuer': {
    step: 'authorization_server_metadata',
    what: 'whether it minds that “issuer” is not the name under which it looked',
    supposed: suppose('authorizationServer', 'comparesIssuer', true, false),
  },
  'authorizationServer.without': {
    step: 'authorization_server_metadata',
    what: 'whether it takes /authorize, /token and /register where there is no authorization-server metadata',
    supposed: suppose('authorizationServer', 'without', 'stops', 'endpoints_at_origin'),
  },
  'authorizationServer.needsS256': {
    step: 'authorization_request',
    what: 'whether it minds that S256 is not listed',
    supposed: suppose('authorizationServer', 'needsS256', 'always', 'if_present', 'never'),
  },
  'registration.order': {
    step: 'registration',
    what: 'whether it has a client metadata document',
    supposed: suppose('registration', 'order', ['client_metadata_document', 'dynamic'], ['dynamic']),
  },
  'registration.documentNeedsNone': {
    step: 'registration',
    what: 'whether it uses its client metadata document where “none” is not listed',
    supposed: suppose('registration', 'documentNeedsNone', false, true),
  },
  'authorization.scope': {
    step: 'authorization_request',
    what: 'which scope it asks for',
    supposed: suppose('authorization', 'scope', ['challenge', 'protected_resource', 'none']),
  },
  'authorization.offlineAccess': {
    step: 'authorization_request',
    what: 'whether it asks for “offline_access”',
    supposed: suppose('authorization', 'offlineAccess', 'if_listed'),
  },
  'authorization.resource': {
    step: 'authorization_request',
    what: 'what it sends as “resource”',
    supposed: suppose('authorization', 'resource', 'canonical_url'),
  },
  'authorization.resourceWithout': {
    step: 'authorization_request',
    what: 'what it sends as “resource” where there is no protected-resource metadata',
    supposed: suppose('authorization', 'resourceWithout', 'canonical_url'),
  },
} satisfies Record<`${Part}.${string}`, Unknown>

type Part = 'challenge' | 'protectedResource' | 'authorizationServer' | 'registration' | 'authorization'

type ValueIn<P extends Part, Name extends keyof NonNullable<ClientProfile[P]>> =
  NonNullable<NonNullable<ClientProfile[P]>[Name]> extends Fact<infer Value> ? Value : never

/** The profile with each value in turn. */
function suppose<P extends Part, Name extends keyof NonNullable<ClientProfile[P]>>(
  part: P,
  name: Name,
  ...values: readonly ValueIn<P, Name>[]
): (client: ClientProfile) => readonly ClientProfile[] {
  return (client) =>
    values.map((value) => {
      const fact: Fact<ValueIn<P, Name>> = { value, sources: [], confidence: 'L' }
      return { ...client, [part]: { ...client[part], [name]: fact } }
    })
}
