import type { Change, Code, FixContext } from '../change.ts'
import { isProved, keysLine, resourceMetadataFields, serverMetadataFields, verification } from './metadata-fields.ts'
import { isPublic } from './open-paths.ts'

const bearerAuth = `import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'`

/** The official SDK on Express. */
export function onExpress({ kind }: Change, context: FixContext): Code | undefined {
  const code = (text: string): Code => ({
    language: 'ts',
    file: 'where the Express app is set up, before its other routes',
    text,
  })
  const challenge = `app.use('${context.path}', requireBearerAuth({
  verifier, // yours: { verifyAccessToken(token) } throws for every token that is not for ${context.target}
  resourceMetadataUrl: '${context.pointer}',
}))`
  const metadata = `app.get('${context.issuerMetadataPath}', (_req, res) => {
  res.set('Access-Control-Allow-Origin', '*').json({
${serverMetadataFields(context, '    ')}
  })
})`
  switch (kind) {
    case 'challenge':
      return code(`${bearerAuth}

${challenge}`)
    case 'verify_token':
      return code(`import { createRemoteJWKSet, jwtVerify } from 'jose'
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
${bearerAuth}

${keysLine(context)}
const verifyAccessToken = async (token: string) => {
  const { payload } = await ${verification(context)}.catch((error) => {
    throw new InvalidTokenError(error.message)
  })
  return { token, clientId: String(payload.client_id ?? payload.azp), scopes: String(payload.scope ?? '').split(' '), expiresAt: payload.exp }
}
app.use('${context.path}', requireBearerAuth({ verifier: { verifyAccessToken }, resourceMetadataUrl: '${context.pointer}' }))`)
    case 'resource_metadata':
      return code(`app.get(['${context.metadataPath}', '/.well-known/oauth-protected-resource'], (_req, res) => {
  res.set('Access-Control-Allow-Origin', '*').json({
${resourceMetadataFields(context, '    ')}
  })
})`)
    case 'authorization_server_metadata':
      return code(metadata)
    case 'check_code_verifier':
      return code(`import { createHash } from 'node:crypto'
${isProved}${metadata}`)
    case 'open_well_known':
      return code(`app.use((req, res, next) => {
  const isPublic = ${isPublic('req.path', context)}
  if (isPublic) next() // ${context.path} challenges by itself, and nobody is signed in yet who signs in
  else guard(req, res, next)
}) // instead of app.use(guard)`)
    case 'replace_guard':
      return code(`${bearerAuth}

app.use((req, res, next) => {
  const isPublic = ${isPublic('req.path', context)}
  if (isPublic) next()
  else guard(req, res, next)
}) // instead of app.use(guard)
${challenge}`)
    default:
      return undefined
  }
}
