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
    ...groupsHeader(claims.groups),
    'X-Portcullis-Scope',
    formatScope([...scope].map(headerSafe)),
    'X-Portcullis-Issuer',
    headerSafe(issuer),
  ]
}

/** Each group encoded by itself, between spaces, so that none can pass for two. */
function groupsHeader(groups: unknown): readonly string[] {
  const names = Array.isArray(groups) ? groups.filter((group) => typeof group === 'string' && group !== '') : []
  return names.length === 0 ? [] : ['X-Portcullis-Groups', names.map(headerSafe).join(' ')]
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
  'es-security-', // Elasticsearch
  'fastly-',
  'fly-',
  'impersonate-', // Kubernetes
  'iv-', // IBM Verify Access
  'ngrok-',
  'oam-', // Oracle Access Manager
  'oidc-', // mod_auth_openidc
  'remote-', // Authelia, Trino and everything that stood behind Apache
  'shib-', // Shibboleth
  'sm-', // SiteMinder
  'ssl-', // TLS client certificates behind nginx and HAProxy
  'tailscale-',
  'teleport-',
  'true-client-',
  'wl-proxy-', // WebLogic
  'x-accel-',
  'x-admin',
  'x-amzn-mtls-',
  'x-amzn-oidc-',
  'x-apigateway-',
  'x-apisix-',
  'x-appengine-',
  'x-arr-',
  'x-auth', // X-Auth, X-Authorization, X-Auth-Request-User, X-Authentik-Username …
  'x-azure-',
  'x-client-cert',
  'x-client-ip',
  'x-client-verify',
  'x-cluster-client-',
  'x-consumer-', // Kong
  'x-credential-', // Kong
  'x-endpoint-api-', // Google Cloud Endpoints
  'x-envoy-',
  'x-forwarded-',
  'x-goog-authenticated-user-',
  'x-goog-iap-',
  'x-group',
  'x-hasura-',
  'x-http-method', // some frameworks let it change the method
  'x-identity',
  'x-impersonate',
  'x-jwt',
  'x-kong-',
  'x-login',
  'x-middleware-', // Next.js
  'x-ms-client-principal',
  'x-ms-token-',
  'x-nf-', // Netlify
  'x-oauth-',
  'x-oidc-',
  'x-openid-',
  'x-original-',
  'x-originating-',
  'x-ory-',
  'x-permission',
  'x-pomerium-',
  'x-portcullis-',
  'x-proxyuser-',
  'x-real-',
  'x-remote-',
  'x-rewrite-',
  'x-role',
  'x-saml-',
  'x-scope', // Loki and Mimir know tenants by X-Scope-OrgID
  'x-sendfile',
  'x-spiffe-',
  'x-ssl-',
  'x-sso-',
  'x-tenant',
  'x-trino-',
  'x-user', // X-User, X-User-Id, X-Username, X-Userinfo …
  'x-vercel-',
  'x-vouch-',
  'x-warpgate-',
  'x-webauth-',
]

const identityNames = new Set([
  'authentication',
  'client-ip', // PHP applications look there first
  'forwarded',
  'from',
  'front-end-https',
  'incap-client-ip',
  'on-behalf-of',
  'smuser',
  'sudo', // GitLab
  'x-access-token',
  'x-act-as',
  'x-email',
  'x-forward-for',
  'x-forwarded',
  'x-host',
  'x-http-host-override',
  'x-id-token',
  'x-method-override',
  'x-on-behalf-of',
  'x-principal',
  'x-run-as',
  'x-scheme',
  'x-serverless-authorization', // Google Cloud Run
  'x-sub',
  'x-subject',
  'x-url-scheme',
  'z-forwarded-for',
])
