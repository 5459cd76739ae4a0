import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Stack } from '../scene.ts'
import { authorizationServerMetadata, metadataUrl, resourceMetadata } from '../sound.ts'
import { startServer } from './start-script.ts'

const parts = pathToFileURL(join(import.meta.dirname, '..', 'parts.ts')).href

/** The official SDK, 1.x, on Express: a real MCP server. */
export const express: Stack = {
  name: 'express',

  sound: (place) => ({
    guard: '',
    challenge: `app.use('${place.path}', requireBearerAuth({ verifier, resourceMetadataUrl: '${metadataUrl(place)}' }))`,
    resource_metadata: `for (const at of ['/.well-known/oauth-protected-resource${place.path}', '/.well-known/oauth-protected-resource'])
  app.get(at, (_req, res) => { res.json(${JSON.stringify(resourceMetadata(place))}) })`,
    authorization_server_metadata: `app.get('/.well-known/oauth-authorization-server', (_req, res) => { res.json(${JSON.stringify(authorizationServerMetadata(place))}) })`,
  }),

  async start(pieces, { port, path }, folder) {
    // A fix may bring the import that the sound piece needs; twice is once too often.
    const text = Object.values(pieces).join('\n')
    const bearer = text.includes('middleware/bearerAuth.js')
      ? ''
      : `import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'`
    writeFileSync(
      join(folder, 'server.ts'),
      `import express from 'express'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
${bearer}
import { isSignedIn, isValid, send, signIn, verifier } from '${parts}'

const app = express()
const guard = (req, res, next) => (isSignedIn(req) ? next() : res.redirect('/login'))
${pieces.guard ?? ''}
${pieces.resource_metadata ?? ''}
${pieces.authorization_server_metadata ?? ''}
app.use((req, res, next) => {
  const answer = signIn(req.method, req.url)
  if (answer === undefined) next()
  else send(res, answer)
})
${pieces.challenge ?? ''}
app.post('${path}', async (req, res) => {
  const server = new McpServer({ name: 'scene', version: '1' })
  server.tool('whoami', async () => ({ content: [{ type: 'text', text: 'you' }] }))
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true })
  res.on('close', () => { transport.close(); server.close() })
  await server.connect(transport)
  await transport.handleRequest(req, res)
})
app.all('${path}', (_req, res) => { res.status(405).set('Allow', 'POST').end() })
app.listen(${port}, '127.0.0.1')
`,
    )
    return startServer({ command: [process.execPath, 'server.ts'], folder, port })
  },
}
