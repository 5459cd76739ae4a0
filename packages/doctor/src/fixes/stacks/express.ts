import type { Change, Code, FixContext } from '../change.ts'

/** The official SDK on Express. */
export function onExpress({ kind }: Change, context: FixContext): Code | undefined {
  const code = (text: string): Code => ({
    language: 'ts',
    file: 'where the Express app is set up, before its other routes',
    text,
  })
  switch (kind) {
    case 'challenge':
      return code(`import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'

app.use('${context.path}', requireBearerAuth({
  verifier, // yours: { verifyAccessToken(token) } throws for every token that is not for ${context.target}
  resourceMetadataUrl: '${context.metadataUrl}',
}))`)
    case 'resource_metadata':
      return code(`app.get(['${context.metadataPath}', '/.well-known/oauth-protected-resource'], (_req, res) => {
  res.set('Access-Control-Allow-Origin', '*').json({
    resource: '${context.target}', // byte for byte what people type
    authorization_servers: ['${context.issuer}'],
    bearer_methods_supported: ['header'],
  })
})`)
    case 'authorization_server_metadata':
      return code(`app.get('/.well-known/oauth-authorization-server', (_req, res) => {
  res.set('Access-Control-Allow-Origin', '*').json({
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
      return code(`app.use((req, res, next) => {
  if (/^\\/(?:\\.well-known\\/|(?:authorize|token|register|jwks)$)/.test(req.path) || req.path === '${context.path}') next() // which challenges by itself
  else guard(req, res, next)
}) // instead of app.use(guard)`)
    default:
      return undefined
  }
}
