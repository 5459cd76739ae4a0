import { once } from 'node:events'
import { createServer } from 'node:http'
import { send, signIn } from '../parts.ts'
import type { Running } from '../scene.ts'
import { authorizationServerMetadata } from '../sound.ts'

/** A sign-in server at an address of its own: a stand-in for the service that a scene's author would have rented. `changes`: JSON, null is a field that is not there. */
export async function startSignInBeside(port: number, changes = '{}'): Promise<Running> {
  const origin = `http://127.0.0.1:${port}`
  const sound = authorizationServerMetadata({ origin, port, target: origin, path: '/' })
  const changed = Object.entries({ ...sound, ...(JSON.parse(changes) as object) })
  const document = Object.fromEntries(changed.filter(([, value]) => value !== null))
  const server = createServer((req, res) => {
    const [path = '/'] = (req.url ?? '/').split('?')
    const isMetadata = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)(\/realm)?$/.test(path)
    const own = !path.endsWith('/realm') ? document : { ...document, issuer: `${origin}/realm` }
    const metadata = { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(own) }
    // Products have their authorization endpoint at paths of their own.
    const asked = (req.url ?? '/').replace(/^\/[\w/-]+\/(?:auth|authorize)(?=\?|$)/, '/authorize')
    const isDenied = path === '/register' && document.registration_endpoint === undefined
    const answer = isMetadata ? metadata : isDenied ? undefined : signIn(req.method ?? 'GET', asked)
    send(res, answer ?? { status: 404, headers: {}, body: '' })
  })
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await once(server.listen(port, '127.0.0.1'), 'listening') // the port may have been taken meanwhile: the scene is tried again
  return { stop }
}
