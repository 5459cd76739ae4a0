import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nodeListener } from '@portcullis/auth/node'
import { giver } from './given.ts'
import { heapInUse } from './heap.ts'
import { createLibrary } from './library-target.ts'
import { sendRaw } from './raw-http.ts'
import type { Target } from './target.ts'

/** The library behind the adapter for `node:http`, asked by bytes on sockets. */
export async function httpTarget({ isLasting }: { isLasting: boolean }): Promise<Target> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port
  const host = `127.0.0.1:${port}`
  const issuer = `http://${host}`
  const { as, troubles, close } = await createLibrary(issuer, { isLasting })
  server.on('request', nodeListener(as, { origin: issuer }))
  return {
    name: 'node adapter',
    issuer,
    send: (request) => sendRaw(request, { port, host }),
    give: giver((path, init) => fetch(new URL(path, issuer), { ...init, redirect: 'manual' }), {
      issuer,
      cookie: 'who=alice',
    }),
    troubles: () => troubles.splice(0),
    heap: async () => heapInUse(),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await close()
    },
  }
}
