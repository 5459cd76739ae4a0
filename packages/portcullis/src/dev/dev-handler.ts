import type { FetchHandler } from '@portcullis/auth/node'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import {
  createTestAuthorizationServer,
  type Fault,
  faults,
  isFault,
  personCookie,
  type TestAuthorizationServer,
} from '@portcullis/auth/testing'
import { switchesPage, whoPage } from './switches-page.ts'

const people = ['alice', 'bob'] as const

export interface DevOptions {
  /** Where it listens; the issuer. A loopback origin. */
  origin: string
  resource: string
  scopes: Readonly<Record<string, string>>
  /** Those that are in force from the start. */
  faults: readonly Fault[]
  /** Whether alice allows everything without being asked. */
  approve: boolean
  onEvent: (event: ConnectionEvent) => void
}

/** The authorization server of `portcullis dev`, with its switches under `/dev`. */
export function createDevHandler(options: DevOptions): FetchHandler {
  const { origin, resource, approve } = options
  const { port } = new URL(origin)
  const hosts = [new URL(origin).host, `localhost:${port}`]
  const server = createTestAuthorizationServer({
    resource,
    scopes: options.scopes,
    issuer: origin,
    onEvent: options.onEvent,
    options: { allowedHosts: hosts },
    signIn: async (_, { returnTo }) => whoPage(people, returnTo),
  })
  for (const fault of options.faults) server.faults.add(fault)

  return {
    async fetch(request, info) {
      const { pathname } = new URL(request.url)
      if (pathname === '/dev' || pathname.startsWith('/dev/')) {
        const refusal = whyNotOurs(request, hosts)
        return refusal === undefined ? answerSwitches(request, server, options) : json({ error: refusal }, 403)
      }
      const mayApprove = approve && pathname === '/authorize' && request.method === 'GET'
      if (mayApprove && isAtHome(request, hosts) && !isOpenedByPage(request)) return approved(request, server)
      return server.fetch(request, info)
    },
  }
}

/** Pages of other sites, and of names that lead here, have no business with switches and people (law 1). */
function whyNotOurs(request: Request, hosts: readonly string[]): string | undefined {
  if (!isAtHome(request, hosts)) return `This is for ${hosts.join(' and ')} alone`
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  const isForeign = (origin !== null && !hosts.includes(origin.replace(/^http:\/\//, ''))) || site === 'cross-site'
  const isAct = request.method !== 'GET' || new URL(request.url).pathname === '/dev/sign-in'
  return isForeign && isAct ? 'This came from a page of another site' : undefined
}

function isAtHome({ headers }: Request, hosts: readonly string[]): boolean {
  return hosts.includes(headers.get('host') ?? '')
}

/** Any page may register a client and open a window: where one does, somebody is asked. Clients without a browser send no such header. */
function isOpenedByPage({ headers }: Request): boolean {
  return !['none', 'same-origin'].includes(headers.get('sec-fetch-site') ?? 'none')
}

/** What alice would have sent the browser to; where there is nothing to allow, the page that says so. */
async function approved(request: Request, server: TestAuthorizationServer): Promise<Response> {
  try {
    return redirect((await server.answer(request.url)).href)
  } catch {
    return server.fetch(request)
  }
}

async function answerSwitches(
  request: Request,
  server: TestAuthorizationServer,
  options: DevOptions,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const [, , what = '', name = ''] = pathname.split('/')
  switch (`${request.method} ${what}`) {
    case 'GET ':
      return switchesPage(server, options)
    case 'GET sign-in':
      return signInAs(searchParams.get('as') ?? '', searchParams.get('to') ?? '', options)
    case 'GET faults':
      return json(stateOf(server))
    case 'PUT faults':
    case 'DELETE faults':
      return setFault(name, request.method === 'PUT', server)
    case 'POST switch': {
      const form = new URLSearchParams(await request.text())
      setFault(form.get('on') ?? form.get('off') ?? '', form.has('on'), server)
      return redirect('/dev')
    }
    case 'POST rotate-keys':
      await server.rotateKeys()
      return done(request, { rotated: true })
    case 'POST end-grants':
      return done(request, { ended: await endAll(server) })
    case 'POST token':
      return json(await tokenFor(request, server), 201)
    default:
      return json({ error: `There is no ${request.method} ${pathname}`, see: '/dev' }, 404)
  }
}

function setFault(name: string, isOn: boolean, server: TestAuthorizationServer): Response {
  if (name === '' && !isOn) server.faults.clear()
  else if (!isFault(name)) return json({ error: `There is no fault "${name}"`, faults: Object.keys(faults) }, 404)
  else if (isOn) server.faults.add(name)
  else server.faults.delete(name)
  return json(stateOf(server))
}

function stateOf(server: TestAuthorizationServer): Record<string, { on: boolean; description: string }> {
  const names = Object.keys(faults).filter(isFault)
  return Object.fromEntries(names.map((name) => [name, { on: server.faults.has(name), description: faults[name] }]))
}

async function endAll(server: TestAuthorizationServer): Promise<number> {
  let ended = 0
  for (const name of people) ended += await server.endGrants(name)
  return ended
}

async function tokenFor(request: Request, server: TestAuthorizationServer): Promise<object> {
  const form = new URLSearchParams(await request.text())
  const scope = form.get('scope')?.split(' ')
  const session = await server.signIn({
    subject: form.get('subject') ?? 'alice',
    ...(scope !== undefined && { scope }),
  })
  const { subject, accessToken, refreshToken, client } = session
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    client_id: client.clientId,
    subject,
    scope: session.scope.join(' '),
  }
}

/** Only back to where a client wanted to go here. */
function signInAs(name: string, to: string, { origin }: DevOptions): Response {
  if (!people.some((each) => each === name) || !to.startsWith(`${origin}/authorize?`))
    return json({ error: 'Nobody of that name is here, or the way back leads elsewhere' }, 400)
  const response = redirect(to)
  response.headers.append('set-cookie', `${personCookie(name)}; Path=/; HttpOnly; SameSite=Lax`)
  return response
}

/** People who pressed a button see the switches again. */
function done(request: Request, body: object): Response {
  return (request.headers.get('accept') ?? '').includes('text/html') ? redirect('/dev') : json(body)
}

function redirect(location: string): Response {
  return new Response(undefined, { status: 303, headers: { location, 'cache-control': 'no-store' } })
}

function json(body: object, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}
