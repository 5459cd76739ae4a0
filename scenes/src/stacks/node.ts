import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Stack } from '../scene.ts'
import { authorizationServerMetadata, metadataUrl, resourceMetadata } from '../sound.ts'
import { startSignInBeside } from './sign-in-beside.ts'
import { startServer } from './start-script.ts'

const parts = pathToFileURL(join(import.meta.dirname, '..', 'parts.ts')).href

/** `node:http` alone. */
export const node: Stack = {
  name: 'node',

  sound: (place) => ({
    guard: '',
    challenge: `const [, token] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? []
if (path === '${place.path}' && !(token !== undefined && (await isValid(token)))) {
  const error = token === undefined ? '' : 'error="invalid_token", '
  res.writeHead(401, { 'WWW-Authenticate': \`Bearer \${error}resource_metadata="${metadataUrl(place)}"\` }).end()
  return
}`,
    resource_metadata: `if (path === '/.well-known/oauth-protected-resource${place.path}' || path === '/.well-known/oauth-protected-resource')
  return send(res, { status: 200, headers: json, body: JSON.stringify(${JSON.stringify(resourceMetadata(place))}) })`,
    authorization_server_metadata: `if (path === '/.well-known/oauth-authorization-server')
  return send(res, { status: 200, headers: json, body: JSON.stringify(${JSON.stringify(authorizationServerMetadata(place))}) })`,
  }),

  async start(pieces, { port, path }, folder) {
    const isBeside =
      pieces.sign_in_beside !== undefined ||
      Object.values(pieces).some((text) => text.includes(`127.0.0.1:${port + 1}`))
    const beside = isBeside ? await startSignInBeside(port + 1, pieces.sign_in_beside) : undefined
    writeFileSync(
      join(folder, 'server.ts'),
      `import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { idOf, isSignedIn, isValid, mcp, send, signIn } from '${parts}'

const json = { 'content-type': 'application/json', 'access-control-allow-origin': '*' }
const refuse = (res) => send(res, { status: 401, headers: json, body: '{"error":"sign in first"}' })

${pieces.token_check ?? ''}
async function listener(req, res) {
${pieces.token_check === undefined ? '' : 'if (await isRefused(req, res)) return'}
const path = (req.url ?? '/').split('?', 1)[0]
const sent = await text(req)
${pieces.guard ?? ''}
${pieces.resource_metadata ?? ''}
${pieces.authorization_server_metadata ?? ''}
const signedIn = signIn(req.method ?? 'GET', req.url ?? '/')
if (signedIn !== undefined) return send(res, signedIn)
${pieces.challenge ?? ''}
if (path === '${path}') return send(res, mcp(sent))
return send(res, { status: 404, headers: json, body: '{"error":"not found"}' })
}

createServer((req, res) => { listener(req, res).catch((error) => res.writeHead(500).end(String(error))) }).listen(${port}, '127.0.0.1')
`,
    )
    const server = await startServer({ command: [process.execPath, 'server.ts'], folder, port })
    return {
      async stop() {
        await server.stop()
        await beside?.stop()
      },
    }
  },
}
