import type { Change, Code, FixContext } from '../change.ts'

/** FastMCP for TypeScript. Up to 3.22 it knows the challenge in its options and never sends it; a thrown `Response` it passes on. */
export function onFastMcp({ kind }: Change, context: FixContext): Code | undefined {
  switch (kind) {
    case 'challenge':
      return {
        language: 'ts',
        file: 'where the FastMCP server is made; start it without "stateless", which drops the header',
        text: `const authenticate = async (request: IncomingMessage) => {
  const [, token] = /^Bearer (\\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (token && (await isValid(token))) return { token } // yours: signature, issuer, audience, expiry
  const error = token ? 'error="invalid_token", ' : ''
  const challenge = \`Bearer \${error}resource_metadata="${context.origin}/.well-known/oauth-protected-resource"\`
  throw new Response(null, { status: 401, statusText: 'Unauthorized', headers: { 'WWW-Authenticate': challenge } })
}`,
      }
    case 'resource_metadata':
      return {
        language: 'ts',
        file: 'where the FastMCP server is made, among its options',
        text: `const oauth = {
  enabled: true,
  protectedResource: {
    resource: '${context.target}', // byte for byte what people type
    authorizationServers: ['${context.issuer}'],
  },
}`,
      }
    case 'authorization_server_metadata':
      // It serves that of its own host alone.
      if (context.issuer.replace(/\/$/, '') !== context.origin) return undefined
      return {
        language: 'ts',
        file: 'where the FastMCP server is made, among its options',
        text: `const oauth = {
  enabled: true,
  protectedResource: { resource: '${context.target}', authorizationServers: ['${context.issuer}'] },
  authorizationServer: {
    issuer: '${context.issuer}', // the very string in "authorizationServers"
    authorizationEndpoint: '${context.authorizationEndpoint}',
    tokenEndpoint: '${context.tokenEndpoint}',
    registrationEndpoint: '${context.registrationEndpoint}',
    responseTypesSupported: ['code'],
    grantTypesSupported: ['authorization_code', 'refresh_token'],
    tokenEndpointAuthMethodsSupported: ['none'],
    codeChallengeMethodsSupported: ['S256'],
  },
}`,
      }
    default:
      return undefined
  }
}
