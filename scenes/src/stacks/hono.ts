import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Stack } from '../scene.ts'
import { authorizationServerMetadata, metadataUrl, resourceMetadata } from '../sound.ts'
import { startServer } from './start-script.ts'

const parts = pathToFileURL(join(import.meta.dirname, '..', 'parts.ts')).href

export const hono: Stack = {
  name: 'hono',

  sound: (place) => ({
    guard: '',
    challenge: `app.use('${place.path}', async (c, next) => {
  const [, token] = /^Bearer (.+)$/.exec(c.req.header('Authorization') ?? '') ?? []
  if (token !== undefined && (await isValid(token))) return next()
  const error = token === undefined ? '' : 'error="invalid_token", '
  return c.body(null, 401, { 'WWW-Authenticate': \`Bearer \${error}resource_metadata="${metadataUrl(place)}"\` })
})`,
    resource_metadata: `for (const at of ['/.well-known/oauth-protected-resource${place.path}', '/.well-known/oauth-protected-resource'])
  app.get(at, (c) => c.json(${JSON.stringify(resourceMetadata(place))}))`,
    authorization_server_metadata: `app.get('/.well-known/oauth-authorization-server', (c) => c.json(${JSON.stringify(authorizationServerMetadata(place))}))`,
  }),

  async start(pieces, { port, path }, folder) {
    writeFileSync(
      join(folder, 'server.ts'),
      `import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { isValid, mcp, signIn } from '${parts}'

const app = new Hono()
const guard = async (c, next) => (c.req.header('cookie')?.includes('session=') ? next() : c.redirect('/login'))
const answer = ({ status, headers, body }) => new Response(body === '' ? null : body, { status, headers })
${pieces.guard ?? ''}
${pieces.resource_metadata ?? ''}
${pieces.authorization_server_metadata ?? ''}
app.use('*', async (c, next) => {
  const signedIn = signIn(c.req.method, new URL(c.req.url).pathname + new URL(c.req.url).search)
  return signedIn === undefined ? next() : answer(signedIn)
})
${pieces.challenge ?? ''}
app.all('${path}', async (c) => answer(mcp(await c.req.text())))
serve({ fetch: app.fetch, port: ${port}, hostname: '127.0.0.1' })
`,
    )
    return startServer({ command: [process.execPath, 'server.ts'], folder, port })
  },
}
