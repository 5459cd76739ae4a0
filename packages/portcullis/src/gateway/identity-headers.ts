import type { AccessToken } from '@portcullis/auth'
import { formatScope } from '@portcullis/auth/protocol'

/**
 * What the upstream is told of the caller, as names and values in turn. All but visible ASCII, and `%` itself, is percent-encoded
 * as UTF-8 (`decodeURIComponent` reads it back), so that no value can end a header or begin another; scopes stand as on the wire, between spaces.
 */
export function identityHeaders({ subject, clientId, scope, issuer, claims }: AccessToken): readonly string[] {
  return [
    'X-Portcullis-Subject',
    headerSafe(subject),
    ...(typeof claims.preferred_username === 'string'
      ? ['X-Portcullis-Name', headerSafe(claims.preferred_username)]
      : []),
    ...(clientId === undefined ? [] : ['X-Portcullis-Client', headerSafe(clientId)]),
    'X-Portcullis-Scope',
    formatScope([...scope].map(headerSafe)),
    'X-Portcullis-Issuer',
    headerSafe(issuer),
  ]
}

/**
 * Whether a header says who is calling, or where from, in one of the dialects that proxies and identity-aware servers speak.
 * From outside none of them may reach the upstream (law 7). `name` in lower case.
 */
export function isIdentityHeader(name: string): boolean {
  return identityNames.has(name) || identityPrefixes.some((prefix) => name.startsWith(prefix))
}

function headerSafe(value: string): string {
  return value.replace(/[^\x21-\x24\x26-\x7E]+/g, (unsafe) => encodeURIComponent(unsafe.toWellFormed()))
}

const identityPrefixes = [
  'akamai-',
  'cdn-',
  'cf-', // Cloudflare, Access and its address included
  'client-cert', // RFC 9440
  'fastly-',
  'fly-',
  'iv-', // IBM Verify Access
  'oam-', // Oracle Access Manager
  'oidc-', // mod_auth_openidc
  'remote-', // Authelia, Trino and everything that stood behind Apache
  'shib-', // Shibboleth
  'sm-', // SiteMinder
  'ssl-', // TLS client certificates behind nginx and HAProxy
  'tailscale-',
  'true-client-',
  'wl-proxy-', // WebLogic
  'x-accel-',
  'x-amzn-mtls-',
  'x-amzn-oidc-',
  'x-apisix-',
  'x-appengine-',
  'x-arr-',
  'x-auth-',
  'x-authenticated-',
  'x-authentik-',
  'x-azure-',
  'x-client-cert',
  'x-client-ip',
  'x-client-verify',
  'x-cluster-client-',
  'x-consumer-', // Kong
  'x-credential-', // Kong
  'x-envoy-',
  'x-forwarded-',
  'x-goog-authenticated-user-',
  'x-goog-iap-',
  'x-http-method', // some frameworks let it change the method
  'x-jwt-',
  'x-kong-',
  'x-middleware-', // Next.js
  'x-ms-client-principal',
  'x-ms-token-',
  'x-nf-', // Netlify
  'x-oauth-',
  'x-oidc-',
  'x-openid-',
  'x-original-',
  'x-originating-',
  'x-pomerium-',
  'x-portcullis-',
  'x-real-',
  'x-remote-',
  'x-rewrite-',
  'x-saml-',
  'x-sendfile',
  'x-spiffe-',
  'x-ssl-',
  'x-sso-',
  'x-user', // X-User, X-User-Id, X-Username, X-Userinfo …
  'x-vercel-',
  'x-vouch-',
  'x-webauth-',
]

const identityNames = new Set([
  'client-ip', // PHP applications look there first
  'forwarded',
  'from',
  'incap-client-ip',
  'smuser',
  'x-access-token',
  'x-email',
  'x-endpoint-api-userinfo',
  'x-apigateway-api-userinfo',
  'x-forwarded',
  'x-group',
  'x-groups',
  'x-host',
  'x-http-host-override',
  'x-id-token',
  'x-method-override',
  'x-principal',
  'x-role',
  'x-roles',
  'x-subject',
])
