import { readFileSync } from 'node:fs'
import type { Attempt, Step, StepCode } from '../src/recorder/attempt.ts'
import { caseOf } from '../src/recorder/case.ts'
import { networkOf } from '../src/recorder/network.ts'
import { browserKey, type Observation, requestIn } from '../src/recorder/observation.ts'
import { createOpenAttempts } from '../src/recorder/open-attempts.ts'
import { verdictOf } from '../src/recorder/verdict.ts'

export const publicUrl = 'https://mcp.example/mcp'
export const servers = [{ name: 'mcp.example', publicUrl, served: [publicUrl] }] as const
export const began = Date.parse('2026-11-27T09:00:00Z')

/** What is said of a request in a test: the rest is as usual. */
export type Told = Partial<Omit<Observation, 'steps'>> & { after: number; steps: readonly (StepCode | Step)[] }

const person = {
  side: 'person',
  address: '203.0.113.7',
  agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
} as const

/** A request `after` so many seconds. */
export function observed({ after, steps, ...more }: Told): Observation {
  const { side = 'client', address = '203.0.113.7', agent = 'claude-code/2.1.329 (cli)' } = more
  return {
    at: began + after * 1000,
    took: 20,
    requestId: `r${String(count++).padStart(9, '0')}`,
    method: 'GET',
    path: '/mcp',
    status: 200,
    speaksMcp: side === 'client',
    network: networkOf(address, agent),
    ...(side === 'person' && { browser: browserKey(address, agent) }),
    ...more,
    side,
    address,
    agent,
    steps: steps.map((step) => (typeof step === 'string' ? { code: step } : step)),
  }
}

/** The same from the browser of a person. */
export function byPerson(told: Told): Observation {
  return observed({ ...person, path: '/authorize', ...told })
}

let count = 0

/** The attempts that these requests make, the first that began first. */
export function attemptsOf(observations: readonly Observation[]): Attempt[] {
  const open = createOpenAttempts()
  const ids = new Set(observations.flatMap((seen) => open.add(seen)?.id ?? []))
  return [...ids].flatMap((id) => open.get(id) ?? []).sort((one, other) => one.startedAt - other.startedAt)
}

/** What is said of an attempt so many seconds after its last request. */
export function verdictAfter(attempt: Attempt | undefined, seconds: number) {
  if (attempt === undefined) throw new Error('There is no attempt')
  return verdictOf(caseOf(attempt, { now: attempt.changedAt + seconds * 1000, servers }))
}

/** A client that signs in as clients do, up to the step before `until`. */
export function connecting({
  until = '',
  clientId = 'client-1',
  grantId = 'grant-1',
  from = 0,
  ...who
}: {
  until?: StepCode | ''
  clientId?: string
  grantId?: string
  from?: number
} & Partial<Pick<Observation, 'address' | 'agent'>> = {}): Observation[] {
  const about = { clientId, grantId, subject: 'person', resource: publicUrl }
  const { request } = requestIn(new URLSearchParams({ client_id: clientId, code_challenge: `${clientId} ${from}` }))
  const way = [
    observed({ ...who, after: from, status: 401, method: 'POST', steps: ['challenged'] }),
    observed({
      ...who,
      after: from + 1,
      path: '/.well-known/oauth-protected-resource/mcp',
      steps: ['resource_metadata'],
    }),
    observed({ ...who, after: from + 2, path: '/.well-known/oauth-authorization-server', steps: ['server_metadata'] }),
    observed({
      ...who,
      after: from + 3,
      method: 'POST',
      path: '/register',
      status: 201,
      clientId,
      steps: ['registered'],
    }),
    byPerson({
      after: from + 4,
      clientId,
      ...(request && { request }),
      steps: ['authorization_started', 'sign_in_shown'],
    }),
    byPerson({ after: from + 20, path: '/account/sign-in', ...(request && { request }), steps: ['signed_in'] }),
    byPerson({
      after: from + 21,
      clientId,
      subject: 'person',
      ...(request && { request }),
      steps: ['authorization_started', 'consent_shown'],
    }),
    byPerson({ after: from + 25, method: 'POST', ...about, steps: ['consented', 'code_issued'] }),
    observed({ ...who, after: from + 26, method: 'POST', path: '/token', ...about, steps: ['token_issued'] }),
    observed({ ...who, after: from + 27, method: 'POST', ...about, steps: ['called'] }),
  ]
  const end = way.findIndex(({ steps }) => steps.some(({ code }) => code === until))
  return end === -1 ? way : way.slice(0, end)
}

interface RecordedRequest {
  method: string
  url: string
  headers: [string, string][]
  body?: string
  response?: { status: number; body: string }
}

/** The requests of a recorded run of a real client (`packages/clients/recordings`), as a server of ours would have told of them. */
export function recorded(name: string): Observation[] {
  const file = new URL(`../../clients/recordings/${name}.json`, import.meta.url)
  const { requests }: { requests: RecordedRequest[] } = JSON.parse(readFileSync(file, 'utf8'))
  let grants = 0
  let clientId: string | undefined
  return requests.map((request, nth) => {
    const { pathname: path, searchParams } = new URL(request.url, publicUrl)
    const header = (wanted: string) => request.headers.find(([each]) => each.toLowerCase() === wanted)?.[1]
    const agent = header('user-agent')
    const status = request.response?.status ?? 0
    const common = {
      after: nth * 0.3,
      method: request.method,
      path,
      status,
      ...(agent !== undefined && { agent }),
      address: '127.0.0.1',
    }
    const grant = () => ({ grantId: `grant-${grants}`, ...(clientId !== undefined && { clientId }) })
    if (path === '/authorize') {
      grants++
      clientId = searchParams.get('client_id') ?? ''
      return byPerson({
        ...common,
        ...requestIn(searchParams),
        ...grant(),
        subject: 'person',
        redirectUris: [searchParams.get('redirect_uri') ?? ''],
        steps: ['authorization_started', 'consent_shown', 'consented', 'code_issued'],
      })
    }
    if (path === '/register' && status === 201) {
      const { client_id, client_name, redirect_uris } = JSON.parse(request.response?.body ?? '{}')
      return observed({
        ...common,
        clientId: client_id,
        clientName: client_name,
        redirectUris: redirect_uris,
        steps: ['registered'],
      })
    }
    if (path === '/token') {
      const isRefresh = new URLSearchParams(request.body).get('grant_type') === 'refresh_token'
      const issued: StepCode = isRefresh ? 'refreshed' : 'token_issued'
      const refused = { code: 'token_refused', reason: 'unknown_or_expired_grant' } as const
      return observed({ ...common, ...grant(), steps: [status === 200 ? issued : refused] })
    }
    const isAuthorised = header('authorization') !== undefined
    return observed({
      ...common,
      ...(isAuthorised && status !== 401 && grant()),
      steps: [stepOf(path, status, isAuthorised)],
    })
  })
}

function stepOf(path: string, status: number, isAuthorised: boolean): StepCode | Step {
  if (path.includes('/.well-known/')) {
    if (status !== 200) return 'metadata_missing'
    return path.includes('protected-resource') ? 'resource_metadata' : 'server_metadata'
  }
  if (path === '/register') return { code: 'registration_refused', reason: 'wrong_metadata' }
  if (!isAuthorised) return 'challenged'
  if (status === 401) return { code: 'token_rejected', reason: 'expired' }
  return status === 403 ? { code: 'scope_insufficient', detail: 'mcp:write' } : 'called'
}
