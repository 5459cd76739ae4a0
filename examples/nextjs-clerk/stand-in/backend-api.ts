import { type Instance, json } from './instance.ts'
import { asUser } from './people.ts'
import { jwks } from './tokens.ts'

/** The few paths of https://api.clerk.com/v1 that the application asks, for whoever has the secret key. */
export async function backendApi(instance: Instance, request: Request): Promise<Response> {
  const { secretKey, people, backendCredentials } = instance
  const presented = request.headers.get('authorization')
  backendCredentials.push(presented)
  if (presented !== `Bearer ${secretKey}`) return refused(401, 'clerk_key_invalid')
  const { pathname } = new URL(request.url)
  if (pathname === '/v1/jwks') return json(jwks)
  const [, userId, rest] = /^\/v1\/users\/([^/]+)(\/metadata)?$/.exec(pathname) ?? []
  const person = people.find(({ id }) => id === userId)
  if (person === undefined) return refused(404, 'resource_not_found')
  if (request.method === 'PATCH' && rest !== undefined) {
    const { private_metadata = {} } = (await request.json()) as { private_metadata?: object } // of the application's own
    Object.assign(person.privateMetadata, private_metadata)
  }
  return json(asUser(person))
}

function refused(status: number, code: string): Response {
  return json({ errors: [{ code, message: code, long_message: code }], clerk_trace_id: 'stand-in' }, status)
}
