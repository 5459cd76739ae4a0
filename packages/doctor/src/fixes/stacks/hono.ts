import type { Change, Code, FixContext } from '../change.ts'
import { isProved, keysLine, resourceMetadataFields, serverMetadataFields, verification } from './metadata-fields.ts'
import { quotedPaths } from './open-paths.ts'

export function onHono({ kind }: Change, context: FixContext): Code | undefined {
  const code = (text: string): Code => ({
    language: 'ts',
    file: 'where the Hono app is set up, before its other routes',
    text,
  })
  const refusal = `  const error = token ? 'error="invalid_token", ' : ''
  return c.body(null, 401, { 'WWW-Authenticate': \`Bearer \${error}resource_metadata="${context.pointer}"\` })
})`
  const bearer = `const [, token] = /^Bearer (\\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []`
  const challenge = `app.use('${context.path}', async (c, next) => {
  ${bearer}
  if (token && (await isValid(token))) return next() // yours: signature, issuer, audience, expiry
${refusal}`
  const metadata = `app.get('${context.issuerMetadataPath}', (c) => {
  c.header('Access-Control-Allow-Origin', '*')
  return c.json({
${serverMetadataFields(context, '    ')}
  })
})`
  const open = `app.use('*', (c, next) => {
  const isPublic = c.req.path.startsWith('/.well-known/') || [${quotedPaths(context)}].includes(c.req.path)
  return isPublic ? next() : guard(c, next)
}) // instead of app.use('*', guard)`
  switch (kind) {
    case 'challenge':
      return code(challenge)
    case 'verify_token':
      return code(`import { createRemoteJWKSet, jwtVerify } from 'jose'

${keysLine(context)}
app.use('${context.path}', async (c, next) => {
  ${bearer}
  const isValid = token && (await ${verification(context)}.then(() => true, () => false))
  if (isValid) return next()
${refusal}`)
    case 'resource_metadata':
      return code(`for (const path of ['${context.metadataPath}', '/.well-known/oauth-protected-resource'])
  app.get(path, (c) => {
    c.header('Access-Control-Allow-Origin', '*')
    return c.json({
${resourceMetadataFields(context, '      ')}
    })
  })`)
    case 'authorization_server_metadata':
      return code(metadata)
    case 'check_code_verifier':
      return code(`import { createHash } from 'node:crypto'
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
