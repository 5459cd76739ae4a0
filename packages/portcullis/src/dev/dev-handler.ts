import { createGuardedFetch, type FetchHandler } from '@portcullis/auth/node'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import { createTestAuthorizationServer, type Fault, type TestAuthorizationServer } from '@portcullis/auth/testing'
import { hostsOf, isAtHome, isOpenedByPage, whyNotDirect, whyNotOurs } from './own-page.ts'
import { redirect, refusal } from './responses.ts'
import { people, whoPage } from './sign-in.ts'
import { answerSwitches } from './switches.ts'

export interface DevOptions {
  /** Where it listens; the issuer. A loopback origin, without a port that its scheme implies. */
  origin: string
  resource: string
  scopes: Readonly<Record<string, string>>
  /** Those that are in force from the start. */
  faults: readonly Fault[]
  /** Whether alice allows everything without being asked. */
  approve: boolean
  /** What the machine client and resource servers show. Default: a new one. */
  secret?: string
  /** Loopback hosts, as `name` or `name:port`, that client documents are fetched from (law 8). */
  loopbackDocuments: readonly string[]
  onEvent: (event: ConnectionEvent) => void
}

export interface DevHandler extends FetchHandler {
  server: TestAuthorizationServer
}

/**
 * The authorization server of `portcullis dev`, with its switches under `/dev`. Throws `TypeError` for a secret that is too short.
 */
export function createDevHandler(options: DevOptions): DevHandler {
  const { origin, resource, scopes, approve, secret, loopbackDocuments } = options
  const hosts = hostsOf(origin)
  const server = createTestAuthorizationServer({
    resource,
    scopes,
    issuer: origin,
    onEvent: options.onEvent,
    ...(secret !== undefined && { secret }),
    options: {
      allowedHosts: hosts,
      clientDocuments: { fetch: createGuardedFetch({ dangerouslyAllowLoopback: loopbackDocuments }) },
      // What a workshop needs, and no more than this machine's memory bears: any page may register.
      registrationLimit: 2000,
      unusedClientLimit: 2000,
      refusalLimit: 2000,
      grantsPerClientLimit: 500,
      grantsPerSubjectLimit: 2000,
    },
    signIn: async (_, { returnTo }) => whoPage(returnTo),
  })
  for (const fault of options.faults) server.faults.add(fault)

  return {
    server,
    async fetch(request, info) {
      const { pathname } = new URL(request.url)
      const isForPeople = /^\/(?:dev|authorize|device)?(?:\/|$)/.test(pathname)
      const notDirect = isForPeople ? whyNotDirect(request) : undefined
      if (notDirect !== undefined)
        return refusal(
          notDirect,
          `Use ${origin} on this machine itself; never make this server reachable from elsewhere`,
          403,
        )
      if (pathname === '/' || pathname === '/dev' || pathname.startsWith('/dev/')) {
        const whyNot = whyNotOurs(request, hosts)
        if (whyNot !== undefined) return refusal(whyNot, `Ask ${origin} itself: from a terminal, or from its page`, 403)
        return pathname === '/' ? redirect('/dev') : answerSwitches(request, server, options)
      }
      const mayApprove = approve && pathname === '/authorize' && request.method === 'GET'
      if (mayApprove && isAtHome(request, hosts) && !isOpenedByPage(request)) return approved(request, server)
      return server.fetch(request, info)
    },
  }
}

/** What alice would have sent the browser to; where there is nothing to allow, or it would leave this machine, the page that asks. */
async function approved(request: Request, server: TestAuthorizationServer): Promise<Response> {
  try {
    const destination = await server.answer(request.url, { subject: people[0] })
    if (staysHere(destination)) return redirect(destination.href)
  } catch {
    // The page says why.
  }
  return server.fetch(request)
}

/** A link in a message opens a browser as a client does, and may have been made with a client of somebody elsewhere. */
function staysHere({ protocol, hostname, searchParams }: URL): boolean {
  if (protocol !== 'http:' && protocol !== 'https:') return true // a program of this machine
  return !searchParams.has('code') || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
