import { createServer } from 'node:http'
import { send, signIn } from '../parts.ts'
import type { Running } from '../scene.ts'
import { authorizationServerMetadata } from '../sound.ts'

/** A sign-in server at an address of its own: a stand-in for the service that a scene's author would have rented. */
export function startSignInBeside(port: number): Promise<Running> {
  const origin = `http://127.0.0.1:${port}`
  const document = authorizationServerMetadata({ origin, port, target: origin, path: '/' })
  const server = createServer((req, res) => {
    const isMetadata = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)$/.test(req.url ?? '')
    const metadata = { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) }
    const answer = isMetadata ? metadata : signIn(req.method ?? 'GET', req.url ?? '/')
    send(res, answer ?? { status: 404, headers: {}, body: '' })
  })
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve({ stop })))
}
