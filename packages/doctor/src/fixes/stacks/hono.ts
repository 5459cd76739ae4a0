import type { Change, Code, FixContext } from '../change.ts'

export function onHono({ kind }: Change, context: FixContext): Code | undefined {
  const code = (text: string): Code => ({
    language: 'ts',
    file: 'where the Hono app is set up, before its other routes',
    text,
  })
  switch (kind) {
    case 'challenge':
      return code(`app.use('${context.path}', async (c, next) => {
  const [, token] = /^Bearer (\\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []
  if (token && (await isValid(token))) return next() // yours: signature, issuer, audience, expiry
  const error = token ? 'error="invalid_token", ' : ''
  return c.body(null, 401, { 'WWW-Authenticate': \`Bearer \${error}resource_metadata="${context.metadataUrl}"\` })
})`)
    case 'resource_metadata':
      return code(`for (const path of ['${context.metadataPath}', '/.well-known/oauth-protected-resource'])
  app.get(path, (c) => {
    c.header('Access-Control-Allow-Origin', '*')
    return c.json({
      resource: '${context.target}', // byte for byte what people type
      authorization_servers: ['${context.issuer}'],
      bearer_methods_supported: ['header'],
    })
  })`)
    case 'authorization_server_metadata':
      return code(`app.get('/.well-known/oauth-authorization-server', (c) => {
  c.header('Access-Control-Allow-Origin', '*')
  return c.json({
    issuer: '${context.issuer}', // the very string in "authorization_servers"
    authorization_endpoint: '${context.authorizationEndpoint}',
    token_endpoint: '${context.tokenEndpoint}',
    registration_endpoint: '${context.registrationEndpoint}',
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
  })
})`)
    case 'open_well_known':
      return code(`app.use('*', (c, next) => {
  const isPublic = /^\\/(?:\\.well-known\\/|(?:authorize|token|register|jwks)$)/.test(c.req.path) || c.req.path === '${context.path}' // which challenges by itself
  return isPublic ? next() : guard(c, next)
}) // instead of app.use('*', guard)`)
    default:
      return undefined
  }
}
