import type { Change, Code, FixContext } from '../change.ts'

/** `node:http` alone. */
export function onNode({ kind }: Change, context: FixContext): Code | undefined {
  const code = (text: string): Code => ({
    language: 'ts',
    file: 'at the top of the request listener, before everything else',
    text,
  })
  switch (kind) {
    case 'challenge':
      return code(`const [, token] = /^Bearer (\\S+)$/i.exec(req.headers.authorization ?? '') ?? []
if (req.url?.split('?')[0] === '${context.path}' && !(token && (await isValid(token)))) { // yours: signature, issuer, audience, expiry
  const error = token ? 'error="invalid_token", ' : ''
  res.writeHead(401, { 'WWW-Authenticate': \`Bearer \${error}resource_metadata="${context.metadataUrl}"\` }).end()
  return
}`)
    case 'resource_metadata':
      return code(`if (['${context.metadataPath}', '/.well-known/oauth-protected-resource'].includes(req.url ?? '')) {
  res.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' })
  res.end(JSON.stringify({
    resource: '${context.target}', // byte for byte what people type
    authorization_servers: ['${context.issuer}'],
    bearer_methods_supported: ['header'],
  }))
  return
}`)
    case 'authorization_server_metadata':
      return code(`if (req.url === '/.well-known/oauth-authorization-server') {
  res.writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' })
  res.end(JSON.stringify({
    issuer: '${context.issuer}', // the very string in "authorization_servers"
    authorization_endpoint: '${context.authorizationEndpoint}',
    token_endpoint: '${context.tokenEndpoint}',
    registration_endpoint: '${context.registrationEndpoint}',
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
  }))
  return
}`)
    case 'open_well_known':
      return code(`const [asked = '/'] = (req.url ?? '/').split('?')
const isPublic = /^\\/(?:\\.well-known\\/|(?:authorize|token|register|jwks)$)/.test(asked) || asked === '${context.path}' // which challenges by itself
if (!isPublic && !(await isSignedIn(req))) return refuse(res) // instead of the guard without "isPublic"`)
    default:
      return undefined
  }
}
