import { createServer } from 'node:http'
import next from 'next'
import { port } from '../settings.ts'

/** What `next build && next start` does, at the port of the settings. */
const app = next({ dir: import.meta.dirname })
await app.prepare()
createServer(app.getRequestHandler()).listen(port)
