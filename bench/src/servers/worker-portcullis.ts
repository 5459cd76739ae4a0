import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { answerMcp } from './worker-answer.ts'
import { issuer, resource, scope } from './worker-settings.ts'

const server = createResourceServer({ resource, authorizationServers: [issuer], scopes: [scope] })
const fetch = protect(server, answerMcp, { scope: [scope] })
// biome-ignore lint/style/noDefaultExport: what a worker is
export default { fetch: (request: Request) => fetch(request) }
