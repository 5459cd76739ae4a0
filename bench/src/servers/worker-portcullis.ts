import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { answerMcp } from './worker-answer.ts'
import { issuer, resource, scope } from './worker-settings.ts'

/** The address of the keys is told, as the others have to be told it; else it would come from the issuer's metadata. */
const server = createResourceServer({
  resource,
  authorizationServers: [{ issuer, jwksUri: `${issuer}/jwks` }],
  scopes: [scope],
})
const fetch = protect(server, answerMcp, { scope: [scope] })
export default { fetch: (request: Request) => fetch(request) }
