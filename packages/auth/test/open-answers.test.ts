import assert from 'node:assert/strict'
import { type EventEmitter, once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { protect as protectFetch } from '@portcullis/auth/fetch'
import { type GuardedMessage, protect as protectNode } from '@portcullis/auth/node'
import { listen } from './raw-http.ts'
import { claimsOf, createWorld, resource, signedInClient, type World } from './world.ts'

const start = 1_800_000_000

/** A world whose clock runs, and can be put forward. */
function createRunningWorld(rs: Parameters<typeof createWorld>[0] = {}) {
  const began = Date.now()
  const clock = { ahead: 0 }
  const now = () => start + clock.ahead + Math.floor((Date.now() - began) / 1000)
  return { ...createWorld({ as: { now }, rs: { now, ...rs.rs } }), clock }
}

interface OpenStream {
  /** Resolves when it has ended, one way or the other. */
  ended: Promise<unknown>
  /** Resolves when the MCP server behind has noticed. */
  noticed: Promise<unknown>
  leave(): Promise<unknown>
}

type OpensStream = (request: {
  accessToken: string
  method?: string
  headers?: Record<string, string>
}) => Promise<OpenStream>

/** An MCP server that answers everything with a stream that never ends by itself. */
const adapters: Readonly<Record<string, (t: TestContext, world: Pick<World, 'rs'>) => Promise<OpensStream>>> = {
  async node(t, { rs }) {
    const begun: Promise<unknown>[] = []
    const guard = protectNode(rs)
    const port = await listen(t, (req: GuardedMessage, res) =>
      guard(req, res, () => {
        begun.push(closed(res))
        res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      }),
    )
    return async ({ accessToken, method = 'POST', headers = {} }) => {
      const req = request({
        ...{ port, host: '127.0.0.1', method, path: '/notes/mcp', agent: false },
        headers: { ...headers, host: 'mcp.example', authorization: `Bearer ${accessToken}` },
      }).end()
      const [res] = (await once(req, 'response')) as [IncomingMessage] // what "response" comes with
      assert.equal(res.statusCode, 200)
      const ended = closed(res.on('error', () => {}).resume()) // broken off, as if the server were gone
      return { ended, noticed: begun.at(-1) ?? ended, leave: async () => req.destroy() }
    }
  },
  async fetch(_t, { rs }) {
    let noticed: Promise<unknown> | undefined
    const answer = protectFetch(rs, () => {
      let notice = () => {}
      noticed = new Promise<void>((resolve) => {
        notice = resolve
      })
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
        cancel: () => notice(),
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    return async ({ accessToken, method = 'POST', headers = {} }) => {
      const all = { ...headers, authorization: `Bearer ${accessToken}` }
      const { status, body } = await answer(new Request(resource, { method, headers: all }))
      assert.equal(status, 200)
      const reader = body?.getReader()
      async function readAll(): Promise<void> {
        while ((await reader?.read())?.done === false);
      }
      const ended = readAll()
      return { ended, noticed: noticed ?? ended, leave: async () => reader?.cancel() }
    }
  },
}

/** Rejects where it does not happen within 5 s, as law 14 wants. */
async function withinFiveSeconds(what: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It did not end within 5 s')), 5000)
  })
  await Promise.race([what, late]).finally(() => clearTimeout(timer))
}

function closed(stream: EventEmitter): Promise<void> {
  return new Promise((resolve) => void stream.once('close', resolve))
}

/** Whether it is still open, whenever that is asked. */
function untilEnded({ ended }: OpenStream): () => boolean {
  let isOpen = true
  ended.then(() => {
    isOpen = false
  })
  return () => isOpen
}

const grantOf = (accessToken: string) => String(claimsOf(accessToken).grant_id)

for (const [name, create] of Object.entries(adapters)) {
  test(`${name}: law 14: streams that are open end within 5 s of their grant, whichever request opened them, and no others do`, async (t) => {
    const world = createRunningWorld()
    const open = await create(t, world)
    const alice = await signedInClient(world)
    const other = await signedInClient(world)
    const streams = [await open(alice), await open({ ...alice, method: 'GET' })]
    const going = await open(other)
    const isGoing = untilEnded(going)

    await world.as.endGrant(grantOf(alice.accessToken), 'revoked_by_resource_owner')

    await withinFiveSeconds(Promise.all(streams.flatMap(({ ended, noticed }) => [ended, noticed])))
    assert.equal(isGoing(), true)
    await going.leave()
  })

  test(`${name}: law 12: with its token a stream ends that waits for what may happen; an answer goes on for a while`, async (t) => {
    const world = createRunningWorld()
    const open = await create(t, world)
    const client = await signedInClient(world)
    const standing = [
      await open({ ...client, method: 'GET' }),
      await open({ ...client, headers: { 'mcp-method': 'subscriptions/listen' } }),
    ]
    const answer = await open(client)
    const isGoing = untilEnded(answer)

    world.clock.ahead = 610 // of 600, with what clocks may differ by
    await withinFiveSeconds(Promise.all(standing.map(({ ended }) => ended)))
    assert.equal(isGoing(), true)
    world.clock.ahead = 1210
    await withinFiveSeconds(answer.ended)
  })

  test(`${name}: law 14: while ends cannot be read, streams go on for the grace, and no longer`, async (t) => {
    let isReadable = true
    const { as } = createWorld()
    const world = createRunningWorld({
      rs: {
        revocationGrace: 1,
        revocations: {
          read: async (position) => {
            if (!isReadable) throw new Error('an outage')
            return as.revocations.read(position)
          },
        },
      },
    })
    const open = await create(t, world)
    const { ended } = await open(await signedInClient(world))
    const since = performance.now()

    isReadable = false
    await withinFiveSeconds(ended)

    assert.ok(performance.now() - since > 1000)
    assert.equal(world.events.filter(({ type }) => type === 'verification_unavailable').length, 1)
  })

  test(`${name}: a clock of the host that throws ends the streams that cannot be judged any more, is told, and does not end the process`, async (t) => {
    const cause = new Error('The clock has stopped')
    let hasStopped = false
    const now = () => {
      if (hasStopped) throw cause
      return start
    }
    const world = createRunningWorld({ rs: { now } })
    const open = await create(t, world)
    const { accessToken } = await signedInClient(world)
    const streams = [await open({ accessToken }), await open({ accessToken })]

    hasStopped = true
    await withinFiveSeconds(Promise.all(streams.map(({ ended }) => ended)))

    assert.deepEqual(
      world.events.filter(({ type }) => type === 'failure'),
      streams.map(() => ({ type: 'failure', operation: 'open_answer', cause })),
    )
  })
}

test('law 14: however many streams are open, ends are read once a second for all', async () => {
  let reads = 0
  const { as } = createWorld()
  const world = createRunningWorld({
    rs: {
      revocations: {
        read: async (position) => {
          reads++
          return as.revocations.read(position)
        },
      },
    },
  })
  const { accessToken } = await signedInClient(world)
  const token = await world.rs.authenticate(
    new Request(resource, { headers: { authorization: `Bearer ${accessToken}` } }),
  )
  assert.ok(!(token instanceof Response))
  const before = reads

  for (let at = 0; at < 100; at++) world.rs.mustEnd(token)
  await new Promise(setImmediate)
  for (let at = 0; at < 100; at++) world.rs.mustEnd(token)

  assert.ok(reads - before <= 2, `${reads - before} reads`)
})
