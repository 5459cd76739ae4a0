import assert from 'node:assert/strict'
import { createResourceServer, type ResourceServer } from '@portcullis/auth'
import { issuer, resource, type Sends } from '../world.ts'
import { causeText, type Fault } from './faulty-store.ts'
import type { Host } from './host.ts'

/** How a request is made; made again where it is sent again. */
type Init = RequestInit | (() => RequestInit | Promise<RequestInit>)

/** A server whose client and person send again what failed on our side, and look closely at what comes. */
export interface Play extends Sends {
  host: Host
  rs: ResourceServer
  send(path: string, init?: Init): Promise<Response>
  /** Anything else that is asked of the server; asked again where it failed. `undefined` where it was refused. */
  call<Value>(what: string, ask: () => Promise<Value>): Promise<Value>
  /** From here on the store goes wrong. */
  arm(): Promise<void>
  /** How each step ended. */
  steps: readonly string[]
  /** What each secret that was presented was answered with. */
  successors: ReadonlyMap<string, ReadonlySet<string>>
  accessTokens: readonly string[]
  /** The ids of the consent forms that were allowed. */
  allowedForms: ReadonlySet<string>
  /** Grants that came to be without a form, as where a client acts for itself; a story adds them. */
  grantsWithoutForm: Set<string>
}

/** A story is over before its end: its code was redeemed, and the answer lost. */
export class StoryEnds extends Error {}

/** `expected`: the steps without a fault; of a first, dry run there are none. */
export function createPlay(host: Host, fault: Fault | undefined, expected: readonly string[] | undefined): Play {
  const steps: string[] = []
  const successors = new Map<string, Set<string>>()
  const accessTokens: string[] = []
  const allowedForms = new Set<string>()

  function step(outcome: string): void {
    if (expected !== undefined) assert.equal(outcome, expected[steps.length], `step ${steps.length} ends otherwise`)
    steps.push(outcome)
  }

  /** Resolves to `undefined` where our side failed, which is mended then; judges how it failed. */
  async function attempted<Value>(ask: () => Promise<Value>, isRequest: boolean): Promise<Value | undefined> {
    const told = host.events()?.length ?? 0
    const hadFired = host.hasFired()
    let value: Value | undefined
    try {
      value = await ask()
    } catch (error) {
      if (!host.hasFired() || hadFired) throw error
    }
    if (!host.hasFired() || hadFired) {
      if (value instanceof Response) assert.ok(!(await isFailure(value)), `failed without a fault: ${value.status}`)
      return value
    }
    const events = host.events()?.slice(told)
    if (events !== undefined && isRequest) requireTold(events)
    const failed = value === undefined || (value instanceof Response && (await isFailure(value)))
    if (value instanceof Response && failed) await requireDiscreet(value)
    if (failed) return undefined
    await host.mend() // it went on without the store, which comes back
    return value
  }

  const play: Play = {
    host,
    rs: createResourceServerAt(host),
    steps,
    successors,
    accessTokens,
    allowedForms,
    grantsWithoutForm: new Set(),
    arm: () => host.arm(fault),

    async call(what, ask) {
      const first = await attempted(ask, false)
      if (first !== undefined) {
        step(what)
        return first
      }
      const hasFailed = host.hasFired()
      await host.mend()
      const value = hasFailed ? await ask() : first
      if (value instanceof Response) assert.ok(!(await isFailure(value)), `${what}: fails again with ${value.status}`)
      await host.comeLate()
      step(what)
      return value as Awaited<ReturnType<typeof ask>>
    },

    async send(path, init = {}) {
      const request = async () => new Request(new URL(path, issuer), typeof init === 'function' ? await init() : init)
      const body = new URLSearchParams(await (await request()).text())
      const presented = body.get('code') ?? body.get('refresh_token') ?? undefined
      if (body.get('decision') === 'allow') allowedForms.add((body.get('consent') ?? '').split('.')[2] ?? '')
      const ask = async () => host.as.fetch(await request())
      let response = await attempted(ask, true)
      if (response === undefined) {
        const isCommitted = presented !== undefined && path === '/token' && (await hasMoved(presented))
        await host.mend()
        response = await ask()
        if (isCommitted && body.get('grant_type') === 'authorization_code') {
          await requireEnded(presented, response)
          throw new StoryEnds()
        }
        assert.ok(!(await isFailure(response)), `${path}: fails again with ${response.status}`)
        if (body.get('grant_type') === 'refresh_token' && response.ok) await note(await ask(), path, presented)
        await host.comeLate()
      }
      await note(response, path, presented)
      step(`${path.split('?')[0]} ${await outcomeOf(response)}`)
      return response
    },
  }

  async function hasMoved(presented: string): Promise<boolean> {
    const [, , grantId = '', generation] = presented.split('.')
    const grant = await host.peek((store) => store.get('grant', grantId))
    return grant !== undefined && grant.value.generation > Number(generation)
  }

  /** The law: the answer of a code exchange is lost for good, and nothing that was issued in it is good for anything. */
  async function requireEnded(code: string, response: Response): Promise<void> {
    assert.deepEqual([response.status, (await response.clone().json()).error], [400, 'invalid_grant'])
    const [, , grantId = ''] = code.split('.')
    assert.equal(await host.peek((store) => store.get('grant', grantId)), undefined, 'the grant goes on')
    const { ended } = await host.as.revocations.read(undefined)
    assert.ok(
      ended.some((each) => each.grantId === grantId),
      'the end of the grant is not in the feed',
    )
    await host.comeLate()
    assert.equal(await host.peek((store) => store.get('grant', grantId)), undefined, 'the grant came back')
  }

  async function note(response: Response, path: string, presented: string | undefined): Promise<void> {
    if (path !== '/token' || !response.ok) return
    const { access_token, refresh_token = '' } = await response.clone().json()
    accessTokens.push(access_token)
    if (presented === undefined) return
    const known = successors.get(presented) ?? new Set()
    known.add(refresh_token)
    successors.set(presented, known)
  }

  return play
}

function createResourceServerAt(host: Host): ResourceServer {
  return createResourceServer({
    resource,
    authorizationServers: [issuer],
    scopes: ['notes:read', 'notes:write'],
    revocations: host.as.revocations,
    fetch: (request) => host.as.fetch(request),
    now: () => host.clock.now,
  })
}

/** Our side failed: it says so by its status, or in the redirect to the client. */
async function isFailure(response: Response): Promise<boolean> {
  const error = new URL(response.headers.get('location') ?? '/', issuer).searchParams.get('error')
  return response.status >= 500 || error === 'server_error' || error === 'temporarily_unavailable'
}

/** A failure is said in the protocol's own words, and tells nothing of its cause. */
async function requireDiscreet(response: Response): Promise<void> {
  const { status, headers } = response
  const text = await response.clone().text()
  const told = `${text} ${JSON.stringify([...headers])}`
  assert.ok([302, 303, 500, 503].includes(status), `${status}`)
  for (const word of ['db7', 'portcullis-42', 'has not answered', '.ts:', 'Error:'])
    assert.ok(!told.includes(word), `tells of "${word}": ${told}`)
  assert.equal(headers.get('cache-control'), 'no-store')
  if (/json/.test(headers.get('content-type') ?? '')) {
    const { error, ...others } = JSON.parse(text)
    assert.ok(['server_error', 'temporarily_unavailable'].includes(error), error)
    assert.deepEqual(Object.keys(others), ['error_description'])
  }
}

/** The operator learns of it, with its cause. */
function requireTold(events: readonly { type: string; cause?: unknown }[]): void {
  const causes = events.flatMap((event) => (event.type === 'failure' ? [String(event.cause)] : []))
  assert.ok(
    causes.some((cause) => cause.includes(causeText) || cause.includes('has not answered')),
    `no event tells of the failure: ${JSON.stringify(events)}`,
  )
}

async function outcomeOf(response: Response): Promise<string> {
  const location = response.headers.get('location')
  if (location !== null) {
    const { pathname, searchParams } = new URL(location, issuer)
    return `${response.status} ${pathname} ${searchParams.get('error') ?? [...searchParams.keys()].join(' ')}`
  }
  if (!/json/.test(response.headers.get('content-type') ?? '')) return `${response.status}`
  const { error = '' } = await response.clone().json()
  return `${response.status} ${error}`.trim()
}
