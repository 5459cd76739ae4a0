import type { Change, Code, FixContext } from '../change.ts'
import { isProved, keysLine, resourceMetadataFields, serverMetadataFields, verification } from './metadata-fields.ts'

/** Next.js, App Router. */
export function onNext({ kind }: Change, context: FixContext): Code | undefined {
  const bearer = `const [, token] = /^Bearer (\\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []`
  const refusal = `  const error = token ? 'error="invalid_token", ' : ''
  const challenge = \`Bearer \${error}resource_metadata="${context.pointer}"\`
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } })
}
export { POST, POST as GET, POST as DELETE }`
  const metadata = `export function GET() {
  const metadata = {
${serverMetadataFields(context, '    ')}
  }
  return Response.json(metadata, { headers: { 'Access-Control-Allow-Origin': '*' } })
}`
  const metadataFile = `app${context.issuerMetadataPath}/route.ts`
  switch (kind) {
    case 'challenge':
      return {
        language: 'ts',
        file: `app${context.path}/route.ts`,
        text: `async function POST(request: Request) {
  ${bearer}
  if (token && (await isValid(token))) return handler(request) // yours: signature, issuer, audience, expiry
${refusal}`,
      }
    case 'verify_token':
      return {
        language: 'ts',
        file: `app${context.path}/route.ts`,
        text: `import { createRemoteJWKSet, jwtVerify } from 'jose'

${keysLine(context)}
async function POST(request: Request) {
  ${bearer}
  const isOurs = token && (await ${verification(context)}.then(() => true, () => false))
  if (isOurs) return handler(request)
${refusal}`,
      }
    case 'resource_metadata':
      return {
        language: 'ts',
        file: 'app/.well-known/oauth-protected-resource/[[...path]]/route.ts',
        text: `export function GET() {
  const metadata = {
${resourceMetadataFields(context, '    ')}
  }
  return Response.json(metadata, { headers: { 'Access-Control-Allow-Origin': '*' } })
}`,
      }
    case 'authorization_server_metadata':
      return { language: 'ts', file: metadataFile, text: metadata }
    case 'check_code_verifier':
      return {
        language: 'ts',
        file: metadataFile,
        text: `import { createHash } from 'node:crypto'
${isProved}${metadata}`,
      }
    case 'open_well_known': {
      return {
        language: 'ts',
        file: 'proxy.ts (middleware.ts before Next.js 16), its last lines',
        text: `export const config = {
  // neither the metadata, nor the MCP endpoint, which challenges by itself, nor where people sign in
  matcher: ['/((?!_next/|\\\\.well-known/|${[context.path, ...context.signInPaths].map((path) => `${asPattern(path.slice(1))}$`).join('|')}).*)'],
}`,
      }
    }
    default:
      return undefined
  }
}

/** As the source of a regular expression within a string: a path with `|` in it would take the guard from every path. */
function asPattern(path: string): string {
  return path.replace(/[.*+?^|()[\]]/g, '\\\\$&')
}
