import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { attemptsOf, began, connecting } from '../../test/attempt-scene.ts'
import { loadConfiguration } from '../config/load.ts'
import { putOf } from '../recorder/keep.ts'
import type { ProgramKinds } from '../store/records.ts'
import { attemptEvents, mostStreams } from './live-events.ts'

const request = (init: RequestInit = {}) => new Request('https://mcp.example/console/attempts/events', init)
const isStillAllowed = async () => true

test('streams are bounded in number, and whichever way one ends, its place is free again', async () => {
  const context = await contextOf()
  const gone = new AbortController()
  const left = request({ signal: gone.signal })
  const open = (given = request(), longest?: number) =>
    attemptEvents(given, context, { isStillAllowed, ...(longest !== undefined && { longest }) })

  const streams = Array.from({ length: mostStreams - 1 }, () => open())
  open(left)
  assert.equal(open().status, 503)
  gone.abort()
  const afterOneLeft = open()
  assert.equal(afterOneLeft.status, 200)
  assert.equal(open().status, 503)
  await afterOneLeft.body?.cancel()
  const short = open(request(), 20)
  assert.equal(short.status, 200)
  assert.match(await short.text(), /^retry: 1000\n\n/)
  assert.equal(open(request({ method: 'HEAD' })).status, 200)
  const last = open()
  assert.equal(last.status, 200)

  await Promise.all([...streams, last].map(({ body }) => body?.cancel()))
})

test('a stream that fails ends, and its place is free again', async () => {
  const context = await contextOf()
  const { store, ...rest } = context.administration
  const failing = { ...store, list: () => Promise.reject(new Error('The database is away')) }
  for (let nth = 0; nth <= mostStreams; nth += 1) {
    const stream = attemptEvents(
      request(),
      { ...context, administration: { ...rest, store: failing } },
      { isStillAllowed },
    )
    assert.equal(stream.status, 200)
    assert.equal(await stream.text(), 'retry: 1000\n\n')
  }
})

test('a stream says that an attempt has changed and nothing of it, and ends as soon as whoever listens may not any more', async () => {
  const context = await contextOf()
  const { store } = context.administration
  const [attempt] = attemptsOf(connecting({ until: 'consented' }))
  const [later] = attemptsOf(connecting())
  assert.ok(attempt !== undefined && later !== undefined)
  await store.commit([putOf(attempt, 'absent', 3600)])
  let tell = () => {}
  let isAllowed = true
  const onAttemptsWritten = (listener: () => void) => {
    tell = listener
    return () => {}
  }
  const { body } = attemptEvents(
    request(),
    { ...context, onAttemptsWritten },
    { isStillAllowed: async () => isAllowed },
  )
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  const next = async () => (await reader?.read())?.value
  assert.equal(await next(), 'retry: 1000\n\n')
  assert.equal(await next(), 'event: changed\ndata: again\n\n')

  isAllowed = false
  const kept = await store.get('attempt', attempt.id)
  await store.commit([putOf({ ...later, id: attempt.id }, kept?.version ?? 'absent', 3600)])
  tell()
  assert.equal(await next(), undefined)
})

async function contextOf() {
  const configuration = await loadConfiguration({ folder: '/nowhere' })
  const now = () => began / 1000
  const store = memoryStore<ProgramKinds>({ now })
  return {
    closing: new AbortController().signal,
    administration: {
      ...{ store, configuration, origin: configuration.issuer, now, auditKeys: [] },
      ...{ secrets: () => [], mail: () => undefined },
    },
  }
}
