import type { Change, Code, FixContext } from '../change.ts'
import { remarkOn } from '../placeholders.ts'
import { keysLine, verification } from './metadata-fields.ts'

/** FastMCP for TypeScript. Up to 3.22 it knows the challenge in its options and never sends it; a thrown `Response` it passes on. */
export function onFastMcp({ kind }: Change, context: FixContext): Code | undefined {
  const options = 'where the FastMCP server is made, among its options'
  const bearer = `const [, token] = /^Bearer (\\S+)$/i.exec(request.headers.authorization ?? '') ?? []`
  const refusal = `  const error = token ? 'error="invalid_token", ' : ''
  const challenge = \`Bearer \${error}resource_metadata="${context.origin}/.well-known/oauth-protected-resource"\`
  throw new Response(null, { status: 401, statusText: 'Unauthorized', headers: { 'WWW-Authenticate': challenge } })
}`
  const authenticateFile = 'where the FastMCP server is made; start it without "stateless", which drops the header'
  switch (kind) {
    case 'challenge':
      return {
        language: 'ts',
        file: authenticateFile,
        text: `const authenticate = async (request: IncomingMessage) => {
  ${bearer}
  if (token && (await isValid(token))) return { token } // yours: signature, issuer, audience, expiry
${refusal}`,
      }
    case 'verify_token':
      return {
        language: 'ts',
        file: authenticateFile,
        text: `import { createRemoteJWKSet, jwtVerify } from 'jose'

${keysLine(context)}
const authenticate = async (request: IncomingMessage) => {
  ${bearer}
  const isOurs = token && (await ${verification(context)}.then(() => true, () => false))
  if (isOurs) return { token }
${refusal}`,
      }
    case 'resource_metadata':
      return {
        language: 'ts',
        file: options,
        text: `const oauth = {
  enabled: true,
  protectedResource: {
    resource: '${context.target}', // byte for byte what people type
    authorizationServers: ['${context.issuer}'],${remarkOn(context.issuer)}
  },
}`,
      }
    case 'authorization_server_metadata':
    case 'check_code_verifier':
      // It serves that of its own host alone.
      if (context.issuer.replace(/\/$/, '') !== context.origin) return undefined
      return { language: 'ts', file: options, text: serverOption(kind, context) }
    default:
      return undefined
  }
}

function serverOption(kind: 'authorization_server_metadata' | 'check_code_verifier', context: FixContext): string {
  const { target, issuer, authorizationEndpoint, tokenEndpoint, registrationEndpoint } = context
  const quoted = (name: string, url: string) => `    ${name}: '${url}',${remarkOn(url)}`
  const methods = context.authenticationMethods.map((method) => `'${method}'`).join(', ')
  const check =
    kind === 'authorization_server_metadata'
      ? ''
      : `// in the token endpoint, before it gives a token: createHash('sha256').update(code_verifier).digest('base64url') === code_challenge, or 400
`
  return `${check}const oauth = {
  enabled: true,
  protectedResource: { resource: '${target}', authorizationServers: ['${issuer}'] },
  authorizationServer: {
    issuer: '${issuer}', // the very string in "authorizationServers"
${quoted('authorizationEndpoint', authorizationEndpoint)}
${quoted('tokenEndpoint', tokenEndpoint)}
${registrationEndpoint === undefined ? '' : `${quoted('registrationEndpoint', registrationEndpoint)}\n`}    responseTypesSupported: ['code'], grantTypesSupported: ['authorization_code', 'refresh_token'],
    tokenEndpointAuthMethodsSupported: [${methods}],
    codeChallengeMethodsSupported: ['S256'], // true once the token endpoint checks code_verifier
  },
}`
}
