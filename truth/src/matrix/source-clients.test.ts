import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { profiles } from '@portcullis/clients'
import { installed } from '../installed.ts'
import { loadSourceClients } from './source-clients.ts'

/** They are installed for the full matrix alone. */
const isInstalled = installed('@codingame/monaco-vscode-api') !== undefined

const bodies: Record<string, unknown>[] = []
const server = createServer(async (req, res): Promise<unknown> => {
  let text = ''
  for await (const chunk of req.setEncoding('utf8')) text += chunk
  const origin = `http://${req.headers.host}`
  const answer = (status: number, body: object, headers = {}) =>
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  const path = '/.well-known/oauth-protected-resource/mcp'
  if (req.url === path)
    return answer(200, { resource: `${origin}/mcp`, authorization_servers: [origin], scopes_supported: ['notes'] })
  if (req.url === '/.well-known/oauth-authorization-server')
    return answer(200, {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    })
  if (req.url === '/register') {
    const body = JSON.parse(text)
    bodies.push(body)
    return answer(201, { ...body, client_id: 'one' })
  }
  if (req.url === '/mcp') return answer(401, {}, { 'www-authenticate': `Bearer resource_metadata="${origin}${path}"` })
  return answer(404, {})
})
after(() => server.close())

for (const id of ['vscode', 'gemini-cli'])
  test(`${id} registers with the body that its profile says its source sends`, { skip: !isInstalled }, async () => {
    if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const player = players.find((each) => each.id === id)

    const did = await player?.run(`http://127.0.0.1:${port}/mcp`)

    const { scope, ...body } = bodies.at(-1) ?? {}
    // Gemini CLI waits for the browser to come back.
    if (id === 'gemini-cli') await fetch(`${(body.redirect_uris as string[])[0]}?error=access_denied`)
    const { scope: _, ...expected } = profiles.find((each) => each.id === id)?.registration?.body?.value ?? {}
    assert.equal(did?.outcome.kind, 'opens')
    assert.deepEqual(withoutPort(body), expected)
    assert.equal(scope, id === 'vscode' ? 'notes' : '')
  })

const players = isInstalled ? await loadSourceClients() : []

function withoutPort(body: object): unknown {
  return JSON.parse(JSON.stringify(body).replace(/localhost:\d+/, 'localhost:{port}'))
}
