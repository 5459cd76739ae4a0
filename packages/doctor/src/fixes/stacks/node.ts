import type { Change, Code, FixContext } from '../change.ts'
import { isProved, keysLine, resourceMetadataFields, serverMetadataFields, verification } from './metadata-fields.ts'
import { isPublic } from './open-paths.ts'

/** `node:http` alone, which also stands for whatever was not recognised. */
export function onNode({ kind }: Change, context: FixContext): Code | undefined {
  const code = (text: string, file = 'at the top of the request listener'): Code => ({
    language: 'ts',
    file: `${file} (these lines are for node:http: translate them if your server is made of something else)`,
    text,
  })
  // As routers read it: who compares the text lets strangers in by /./mcp.
  const routed = `const routed = URL.canParse(req.url ?? '', 'http://localhost') ? new URL(req.url ?? '', 'http://localhost').pathname : '${context.path}'`
  const challenge = `${routed}
const [, token] = /^Bearer (\\S+)$/i.exec(req.headers.authorization ?? '') ?? []
if (routed === '${context.path}' && !(token && (await isValid(token)))) { // no narrower than your own route; isValid is yours: signature, issuer, audience, expiry
  const error = token ? 'error="invalid_token", ' : ''
  res.writeHead(401, { 'WWW-Authenticate': \`Bearer \${error}resource_metadata="${context.pointer}"\` }).end()
  return
}`
  const metadata = `if (req.url === '${context.issuerMetadataPath}') {
  res.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' }).end(JSON.stringify({
${serverMetadataFields(context, '    ')}
  }))
  return
}`
  const open = `const [asked = '/'] = (req.url ?? '/').split('?')
const isPublic = ${isPublic('asked', context)}
if (!isPublic && !(await isSignedIn(req))) return refuse(res) // instead of the guard without "isPublic"`
  switch (kind) {
    case 'challenge':
      return code(challenge)
    case 'verify_token':
      return code(
        `import { createRemoteJWKSet, jwtVerify } from 'jose'

${keysLine(context)}
async function isRefused(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const [, token] = /^Bearer (\\S+)$/i.exec(req.headers.authorization ?? '') ?? []
  const isValid = token && (await ${verification(context)}.then(() => true, () => false))
  ${routed}
  if (routed !== '${context.path}' || isValid) return false // no narrower than your own route
  const error = token ? 'error="invalid_token", ' : ''
  res.writeHead(401, { 'WWW-Authenticate': \`Bearer \${error}resource_metadata="${context.pointer}"\` }).end()
  return true
}`,
        'before the request listener, which begins with: if (await isRefused(req, res)) return',
      )
    case 'resource_metadata':
      return code(`if (['${context.metadataPath}', '/.well-known/oauth-protected-resource'].includes(req.url ?? '')) {
  res.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' }).end(JSON.stringify({
${resourceMetadataFields(context, '    ')}
  }))
  return
}`)
    case 'authorization_server_metadata':
      return code(metadata)
    case 'check_code_verifier':
      return code(`const { createHash } = await import('node:crypto')
${isProved}${metadata}`)
    case 'open_well_known':
      return code(open)
    case 'replace_guard':
      return code(`${open}
${challenge}`)
    default:
      return undefined
  }
}
