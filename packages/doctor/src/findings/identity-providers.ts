import { type JsonObject, stringIn } from '../evidence/read-json.ts'

export interface IdentityProvider {
  readonly name: string
  /** What usually goes wrong with MCP clients there, each a sentence. */
  readonly traps: readonly string[]
}

/** Whose authorization server it is, by its host and by what its documents say. */
export function identityProviderOf(issuer: string, document: JsonObject): IdentityProvider | undefined {
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : ''
  const endpoint = stringIn(document.authorization_endpoint) ?? ''
  return providers.find(({ hosts, endpoints }) => hosts.test(host) || (endpoints?.test(endpoint) ?? false))?.provider
}

const providers: readonly { hosts: RegExp; endpoints?: RegExp; provider: IdentityProvider }[] = [
  {
    hosts:
      /(^|\.)(login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net|ciamlogin\.com|b2clogin\.com)$/,
    provider: {
      name: 'Microsoft Entra ID',
      traps: [
        'It registers no clients by itself: each needs an app registration.',
        'Its metadata does not list S256, so strict clients stop.',
        'It refuses the parameter "resource" that MCP clients send (AADSTS9010010).',
      ],
    },
  },
  {
    hosts: /\.(okta|oktapreview|okta-emea)\.com$/,
    provider: {
      name: 'Okta',
      traps: [
        'It registers clients only with a token of an administrator: MCP clients have none.',
        'The organisation issuer signs tokens that no resource server can verify: take a custom authorization server.',
      ],
    },
  },
  {
    hosts: /\.auth0\.com$/,
    provider: {
      name: 'Auth0',
      traps: [
        'Dynamic registration is off until it is switched on in the tenant.',
        'It wants "audience" and heeds "resource" only with the resource parameter profile.',
        'Clients that registered themselves see only connections promoted to the domain level.',
      ],
    },
  },
  {
    hosts: /(^|\.)keycloak\./,
    endpoints: /\/realms\/[^/]+\/protocol\/openid-connect\/auth$/,
    provider: {
      name: 'Keycloak',
      traps: [
        'Anonymous registration is refused for hosts that are not trusted in the client registration policies.',
        'The audience must be added by a mapper: "resource" alone does not set it.',
      ],
    },
  },
  {
    hosts: /^cognito-idp\.[\w-]+\.amazonaws\.com$|\.amazoncognito\.com$/,
    provider: {
      name: 'Amazon Cognito',
      traps: [
        'It has no dynamic registration: each client is made by hand.',
        'Its access tokens have no audience.',
        'Its metadata does not list S256.',
      ],
    },
  },
  {
    hosts: /^accounts\.google\.com$/,
    provider: {
      name: 'Google',
      traps: [
        'It has no dynamic registration: each client is made by hand.',
        'Its access tokens are opaque and name no resource.',
        'Public clients need a secret at its token endpoint all the same.',
      ],
    },
  },
  {
    hosts: /^(.*\.)?github\.com$/,
    provider: {
      name: 'GitHub',
      traps: [
        'It has no dynamic registration and publishes little metadata.',
        'Its token endpoint tells errors with status 200.',
        'Its tokens name no resource.',
      ],
    },
  },
  {
    hosts: /(^|\.)clerk\.[\w.-]+$|\.clerk\.accounts\.dev$|\.accounts\.dev$/,
    provider: {
      name: 'Clerk',
      traps: [
        'Dynamic registration is off until it is switched on in the dashboard.',
        'Its access tokens may name no audience: the server must check them another way.',
      ],
    },
  },
  {
    hosts: /\.authkit\.app$|(^|\.)workos\.com$/,
    provider: {
      name: 'WorkOS AuthKit',
      traps: ['Dynamic registration and client metadata documents are switched on in the dashboard.'],
    },
  },
  {
    hosts: /(^|\.)stytch\.com$|\.customers\.stytch\.dev$/,
    provider: {
      name: 'Stytch',
      traps: ['Dynamic registration is switched on under Connected Apps, and the page for consent is yours to build.'],
    },
  },
  {
    hosts: /\.supabase\.co$/,
    provider: {
      name: 'Supabase',
      traps: [
        'The OAuth server and dynamic registration are off until they are switched on in the project.',
        'Tokens have the audience "authenticated", not the MCP server.',
      ],
    },
  },
  {
    hosts: /(^|\.)descope\.com$/,
    provider: {
      name: 'Descope',
      traps: [
        'Dynamic registration is switched on for the inbound app, and its issuer has a path: check the documents.',
      ],
    },
  },
  {
    hosts: /(^|\.)authentik\./,
    endpoints: /\/application\/o\/authorize\/$/,
    provider: { name: 'authentik', traps: ['It has no dynamic registration: each client is made by hand.'] },
  },
  {
    hosts: /(^|\.)ory\.sh$|\.oryapis\.com$/,
    endpoints: /\/oauth2\/auth$/,
    provider: {
      name: 'Ory Hydra',
      traps: ['Dynamic registration is off by default (oidc.dynamic_client_registration.enabled).'],
    },
  },
  {
    hosts: /\.onelogin\.com$/,
    provider: { name: 'OneLogin', traps: ['It has no dynamic registration: each client is made by hand.'] },
  },
  {
    hosts: /\.pingone\.(com|eu|ca|asia)$/,
    provider: { name: 'PingOne', traps: ['It registers clients only with a token of an administrator.'] },
  },
  {
    hosts: /(^|\.)adfs\./,
    endpoints: /\/adfs\/oauth2\/authorize/,
    provider: { name: 'AD FS', traps: ['It has no dynamic registration, and "resource" means something else to it.'] },
  },
]
