import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Completed,
  createIdentityProviders,
  type IdentityProviderOptions,
  type IdentityProviders,
  type SignInOptions,
} from '@portcullis/auth/identity-providers'
import type { Landing } from '../../attack/src/browser.ts'

/** The library alone, in a server of a few lines: `/in/<id>` leads to an identity provider, and the callback tells as JSON what came of it. */
export interface Door {
  origin: string
  /** Where somebody goes who wants in. */
  wayIn(id: string): string
  callback(id: string): string
  /** Must come before anybody goes in. */
  open(
    identityProviders: readonly IdentityProviderOptions[],
    more?: Pick<SignInOptions, 'now' | 'timeout'>,
  ): IdentityProviders
  close(): Promise<void>
}

export async function buildDoor(): Promise<Door> {
  let providers: IdentityProviders | undefined
  const server = createServer(async (incoming, outgoing) => {
    const response = await answer(requestOf(incoming, origin), providers).catch(
      (error) => new Response(String(error), { status: 500 }),
    )
    outgoing.writeHead(response.status, [...response.headers].flat()).end(await response.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server has no other kind of address
  const origin = `http://localhost:${port}`
  return {
    origin,
    wayIn: (id) => `${origin}/in/${id}`,
    callback: (id) => `${origin}/account/callback/${id}`,
    open(identityProviders, more = {}) {
      const secrets = [{ id: '1', secret: randomBytes(32) }]
      providers = createIdentityProviders({ origin, identityProviders, secrets, ...more })
      return providers
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** What came of a sign-in whose walk ended back at the door. */
export function completedIn(landing: Landing): Completed {
  if (landing.kind === 'page' && landing.answer.headers['content-type'] === 'application/json')
    return JSON.parse(landing.answer.text) // as the door wrote it
  throw new Error(
    `The walk ended at ${landing.kind === 'page' ? `${landing.url}: ${landing.answer.text.slice(0, 500)}` : landing.to}`,
  )
}

async function answer(request: Request, providers: IdentityProviders | undefined): Promise<Response> {
  const [, place, id = '', last] = new URL(request.url).pathname.split('/')
  if (providers === undefined) throw new Error('The door is not open')
  if (place === 'account') {
    const completed = await providers.complete(last ?? '', request)
    return withCookies(Response.json(completed), completed.setCookies)
  }
  const began = await providers.begin(id, { returnTo: '/there', request })
  if (began.kind !== 'redirect') return Response.json(began, { status: 503 })
  return withCookies(new Response(undefined, { status: 302, headers: { location: began.location } }), began.setCookies)
}

function withCookies(response: Response, setCookies: readonly string[]): Response {
  const headers = new Headers(response.headers)
  for (const cookie of setCookies) headers.append('set-cookie', cookie)
  return new Response(response.body, { status: response.status, headers })
}

function requestOf({ url, headers }: IncomingMessage, origin: string): Request {
  const cookie = headers.cookie
  return new Request(`${origin}${url}`, { headers: cookie === undefined ? {} : { cookie } })
}
