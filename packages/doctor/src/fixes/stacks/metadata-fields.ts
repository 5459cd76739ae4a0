import type { FixContext } from '../change.ts'
import { remarkOn } from '../placeholders.ts'

/** The fields of the authorization server metadata as lines of an object, in the order of RFC 8414 §2. */
export function serverMetadataFields(context: FixContext, indent: string): string {
  const { issuer, authorizationEndpoint, tokenEndpoint, registrationEndpoint, keySet, authenticationMethods } = context
  const quoted = (field: string, url: string) => `${field}: '${url}',${remarkOn(url)}`
  const lines = [
    `issuer: '${issuer}', // the very string in "authorization_servers"`,
    quoted('authorization_endpoint', authorizationEndpoint),
    quoted('token_endpoint', tokenEndpoint),
    registrationEndpoint === undefined
      ? 'client_id_metadata_document_supported: true,'
      : quoted('registration_endpoint', registrationEndpoint),
    // Not every server signs its tokens: where no key set was seen, none is asked for.
    ...(remarkOn(keySet) === '' ? [quoted('jwks_uri', keySet)] : []),
    "response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'],",
    `token_endpoint_auth_methods_supported: [${authenticationMethods.map((method) => `'${method}'`).join(', ')}],`,
    "code_challenge_methods_supported: ['S256'], // true once the token endpoint checks code_verifier",
  ]
  return lines.map((line) => `${indent}${line}`).join('\n')
}

/** The fields of the protected resource metadata (RFC 9728 §2). */
export function resourceMetadataFields({ target, issuer }: FixContext, indent: string): string {
  const lines = [
    `resource: '${target}', // byte for byte what people type`,
    `authorization_servers: ['${issuer}'],${remarkOn(issuer)}`,
    "bearer_methods_supported: ['header'],",
  ]
  return lines.map((line) => `${indent}${line}`).join('\n')
}

/** Whether a code_verifier belongs to the code_challenge that came with the authorization request (RFC 7636 §4.6). */
export const isProved = `// in the token endpoint, before it gives a token; where it is false: 400 {"error":"invalid_grant"}
const isProved = (code_verifier: string, code_challenge: string) => createHash('sha256').update(code_verifier).digest('base64url') === code_challenge
`

/** Whether a token is ours, as a promise of the claims in it; the keys are those of the sign-in server. */
export function verification({ issuer, target }: FixContext): string {
  return `jwtVerify(token, keys, { issuer: '${issuer}', audience: '${target}' })`
}

export function keysLine({ keySet }: FixContext): string {
  return `const keys = createRemoteJWKSet(new URL('${keySet}'))${remarkOn(keySet)}`
}
