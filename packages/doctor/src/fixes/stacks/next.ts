import type { Change, Code, FixContext } from '../change.ts'

/** Next.js, App Router. */
export function onNext({ kind }: Change, context: FixContext): Code | undefined {
  switch (kind) {
    case 'challenge':
      return {
        language: 'ts',
        file: `app${context.path}/route.ts`,
        text: `async function POST(request: Request) {
  const [, token] = /^Bearer (\\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (token && (await isValid(token))) return handler(request) // yours: signature, issuer, audience, expiry
  const error = token ? 'error="invalid_token", ' : ''
  const challenge = \`Bearer \${error}resource_metadata="${context.metadataUrl}"\`
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } })
}
export { POST, POST as GET, POST as DELETE }`,
      }
    case 'resource_metadata':
      return {
        language: 'ts',
        file: 'app/.well-known/oauth-protected-resource/[[...path]]/route.ts',
        text: `export function GET() {
  const metadata = {
    resource: '${context.target}', // byte for byte what people type
    authorization_servers: ['${context.issuer}'],
    bearer_methods_supported: ['header'],
  }
  return Response.json(metadata, { headers: { 'Access-Control-Allow-Origin': '*' } })
}`,
      }
    case 'authorization_server_metadata':
      return {
        language: 'ts',
        file: 'app/.well-known/oauth-authorization-server/route.ts',
        text: `export function GET() {
  const metadata = {
    issuer: '${context.issuer}', // the very string in "authorization_servers"
    authorization_endpoint: '${context.authorizationEndpoint}',
    token_endpoint: '${context.tokenEndpoint}',
    registration_endpoint: '${context.registrationEndpoint}',
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
  }
  return Response.json(metadata, { headers: { 'Access-Control-Allow-Origin': '*' } })
}`,
      }
    case 'open_well_known':
      return {
        language: 'ts',
        file: 'proxy.ts (middleware.ts before Next.js 16), its last lines',
        text: `export const config = {
  matcher: ['/((?!_next/|\\\\.well-known/|${asPattern(context.path.slice(1))}$).*)'], // neither metadata nor the MCP endpoint: it challenges by itself
}`,
      }
    default:
      return undefined
  }
}

/** As the source of a regular expression within a string: a path with `|` in it would take the guard from every path. */
function asPattern(path: string): string {
  return path.replace(/[.*+?^|()[\]]/g, '\\\\$&')
}
