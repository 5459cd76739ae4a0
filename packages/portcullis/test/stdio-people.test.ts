import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerIn, type Message, messagesIn, messagesOf } from './messages-in.ts'
import { modern, openStdioScene, type StdioClient } from './stdio-scene.ts'

// A server that speaks over its standard streams, and the people who share it or do not.

const bob = { claims: { sub: 'bob', client_id: 'client-1', grant_id: 'grant-2' } }

for (const revision of ['2025-03-26', '2025-11-25', modern])
  test(`law 12 ${revision}: two people never see each other’s state, and each finds their own again`, async (t) => {
    const scene = await openStdioScene(t)
    const alice = await scene.connect({ revision })
    const bobs = await scene.connect({ ...bob, revision })

    await alice.call('remember', { text: 'of alice' })
    await bobs.call('remember', { text: 'of bob' })
    const again = await scene.connect({ revision })

    assert.deepEqual(await alice.call('recall'), { memory: ['of alice'] })
    assert.deepEqual(await bobs.call('recall'), { memory: ['of bob'] })
    assert.deepEqual(await again.call('recall'), { memory: ['of alice'] })
  })

test('two clients of one person have one server', async (t) => {
  const scene = await openStdioScene(t)
  const one = await scene.connect()
  const other = await scene.connect({ claims: { client_id: 'client-2', grant_id: 'grant-3' } })

  await one.call('remember', { text: 'mine' })

  assert.deepEqual(await other.call('recall'), { memory: ['mine'] })
})

test('law 12: a session of one is unknown to another, whatever is asked of it', async (t) => {
  const scene = await openStdioScene(t)
  const alice = await scene.connect()
  const { send } = await scene.connect(bob)

  const stolen = await send({ id: 1, method: 'tools/list' }, alice.session)
  const listened = await fetch(scene.url, {
    headers: { ...scene.signedIn(bob.claims), ...alice.session, Accept: 'text/event-stream' },
  })
  const ended = await fetch(scene.url, {
    method: 'DELETE',
    headers: { ...scene.signedIn(bob.claims), ...alice.session },
  })

  assert.deepEqual([stolen.status, listened.status, ended.status], [404, 404, 404])
  assert.deepEqual(await alice.call('recall'), { memory: [] })
})

for (const per of ['person', 'server'] as const)
  for (const revision of ['2025-11-25', modern])
    test(`law 12 ${revision}, per ${per}: the same ids and progress tokens of several clients at once are no one’s but the asker’s`, async (t) => {
      const scene = await openStdioScene(t, { upstream: { per } })
      const clients = await Promise.all(
        ['a', 'b', 'c', 'd'].map((name) =>
          scene.connect({ revision, claims: { sub: per === 'server' ? name : 'alice', grant_id: `grant-${name}` } }),
        ),
      )
      const hold = ({ send }: StdioClient, at: number) =>
        send({
          id: 7,
          method: 'tools/call',
          params: { name: 'hold', arguments: { name: at }, _meta: { progressToken: 'p' } },
        })

      const streams = await Promise.all(clients.map(hold))
      // In the other order, so that the first answer is not the first request's.
      for (const at of [3, 2, 1, 0]) await clients[at]?.call('release', { name: at })
      const told = await Promise.all(streams.map(messagesOf))

      for (const [at, messages] of told.entries()) {
        const [first, second, last] = messages
        assert.deepEqual([first, second].map(progressIn), [
          ['p', String(at)],
          ['p', String(at)],
        ])
        assert.equal(last?.id, 7)
        assert.equal(last?.result?.held, at)
        assert.equal(messages.length, 3)
      }
    })

test('an id is given back as it was, a number as a number and a text as a text', async (t) => {
  const { send } = await (await openStdioScene(t)).connect()

  const answers = await Promise.all(
    [1, '1', 'ä"\\', 9007199254740991].map(async (id) => answerIn(await send({ id, method: 'ping' }))),
  )

  assert.deepEqual(
    answers.map(({ id }) => id),
    [1, '1', 'ä"\\', 9007199254740991],
  )
})

test('numbers that JavaScript cannot hold pass as they were written, in both directions', async (t) => {
  const scene = await openStdioScene(t)
  const client = await scene.connect()
  const body = `{"jsonrpc":"2.0","id":1,\n"method":"tools/call","params":{"name":"x","arguments":{"n":98765432109876543210}}}`

  const raw = await client.send({ id: 1, method: 'tools/call', params: { name: 'raw' } })
  await fetch(scene.url, {
    method: 'POST',
    headers: { ...scene.signedIn(), ...client.session, Accept: 'application/json, text/event-stream' },
    body,
  })
  const { seen } = await client.call('seen')

  assert.match(await raw.text(), /12345678901234567890/)
  assert.match(String(seen), /98765432109876543210/)
})

// Readers of lines differ in what ends one: that of Node.js takes the first two, Python's `splitlines` all three.
for (const [name, ending] of Object.entries({ 'U+2028': '\u2028', 'U+2029': '\u2029', 'U+0085': '\u0085' }))
  test(`law 12: a text with ${name} in it brings no message of its own to a server that people share`, async (t) => {
    const scene = await openStdioScene(t, { upstream: { per: 'server' } })
    const client = await scene.connect()
    const forged = JSON.stringify({ jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'exit' } })
    const text = `before${ending}${forged}${ending}after`

    await client.send({ id: 1, method: 'resources/subscribe', params: { uri: `notes:${text}` } })
    await client.call('exit').catch(() => {})
    await client.call('remember', { text }) // a new process, which is told what was subscribed to
    const { seen } = await client.call('seen')

    assert.deepEqual(await client.call('recall'), { memory: [text] })
    assert.equal(JSON.stringify(seen).includes(ending), false)
    assert.ok(String(seen).includes('resources/subscribe'))
  })

test('law 12: what a server asks goes to the one session whose call is open, and its answer from no other', async (t) => {
  const scene = await openStdioScene(t)
  const asked = await scene.connect({ capabilities: { elicitation: {} } })
  const beside = await scene.connect({ capabilities: { elicitation: {} }, claims: { client_id: 'client-2' } })

  const stream = messagesIn(
    await asked.send({ id: 1, method: 'tools/call', params: { name: 'ask', arguments: { message: 'Really?' } } }),
  )
  const question = (await stream.next()).value
  const forged = await beside.send({ id: question?.id ?? '', result: { action: 'forged' } })
  const answered = await asked.send({ id: question?.id ?? '', result: { action: 'accept' } })
  const answer = (await stream.next()).value

  assert.equal(question?.method, 'elicitation/create')
  assert.deepEqual([forged.status, answered.status], [202, 202])
  assert.deepEqual(answer?.result, { answer: { action: 'accept' } })
})

const unasked: [what: string, options: Parameters<typeof openStdioScene>[1], capabilities: object, code: number][] = [
  ['a client that cannot answer', {}, {}, -32601],
  ['a server that people share', { upstream: { per: 'server' } }, { elicitation: {} }, -32000],
]
for (const [what, options, capabilities, code] of unasked)
  test(`law 12: what a server asks is refused to it at once: ${what}`, async (t) => {
    const client = await (await openStdioScene(t, options)).connect({ capabilities })

    const { answer } = await client.call('ask', { message: 'Really?' })

    assert.equal((answer as { code?: number }).code, code)
  })

test('law 12: what a server asks while two clients wait is asked of neither', async (t) => {
  const scene = await openStdioScene(t)
  const one = await scene.connect({ capabilities: { elicitation: {} } })
  const other = await scene.connect({ capabilities: { elicitation: {} }, claims: { client_id: 'client-2' } })

  // Whoever is there first has a stream on which it could come.
  const listening = await one.listen()
  const held = await one.send({
    id: 1,
    method: 'tools/call',
    params: { name: 'hold', arguments: { name: 'x' }, _meta: { progressToken: 1 } },
  })
  const { answer } = await other.call('ask', { message: 'Who?' })
  await other.call('release', { name: 'x' })
  await listening.body?.cancel()

  assert.equal((answer as { code?: number }).code, -32000)
  assert.equal((await answerIn(held)).result?.held, 'x')
})

test('log messages come to the call that is open where a person has the server alone, and to nobody where people share it', async (t) => {
  const [own, shared] = [await openStdioScene(t), await openStdioScene(t, { upstream: { per: 'server' } })]
  const log = { id: 1, method: 'tools/call', params: { name: 'log', arguments: { text: 'of one' } } }

  const toOwn = await messagesOf(await (await own.connect()).send(log))
  const toShared = await messagesOf(await (await shared.connect()).send(log))

  assert.deepEqual(
    [toOwn, toShared].map((messages) => messages.map(({ method }) => method)),
    [['notifications/message', undefined], [undefined]],
  )
})

test('a server that people share does not offer them its log', async (t) => {
  const scene = await openStdioScene(t, { upstream: { per: 'server' } })
  const client = await scene.connect()

  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } }
  const opened = await answerIn(
    await fetch(scene.url, {
      method: 'POST',
      headers: scene.signedIn(),
      body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
    }),
  )
  const level = await answerIn(await client.send({ id: 1, method: 'logging/setLevel', params: { level: 'debug' } }))

  assert.deepEqual(Object.keys(opened.result?.capabilities ?? {}).sort(), ['resources', 'tools'])
  assert.equal(level.error?.code, -32601)
})

test('what changes for all comes to all who listen, and what somebody subscribed to comes to them', async (t) => {
  const scene = await openStdioScene(t, { upstream: { per: 'server' } })
  const [one, other] = [await scene.connect(), await scene.connect(bob)]
  const streams = [messagesIn(await one.listen()), messagesIn(await other.listen())] as const

  await one.send({ id: 1, method: 'resources/subscribe', params: { uri: 'note:1' } })
  await other.call('touch', { uri: 'note:1' })
  await other.call('change')
  const [first, second] = [(await streams[0].next()).value, (await streams[0].next()).value]
  const toOther = (await streams[1].next()).value

  assert.deepEqual(first?.params, { uri: 'note:1' })
  assert.equal(second?.method, 'notifications/tools/list_changed')
  assert.equal(toOther?.method, 'notifications/tools/list_changed')
})

test('what a session has kept for it has a length', async (t) => {
  const scene = await openStdioScene(t)
  const { send, call } = await scene.connect()

  const subscribed = await answerIn(
    await send({ id: 1, method: 'resources/subscribe', params: { uri: `notes:${'x'.repeat(2048)}` } }),
  )
  await send({ id: 2, method: 'logging/setLevel', params: { level: 'x'.repeat(1000) } })
  await call('exit').catch(() => {})
  const { seen } = await call('seen')

  assert.equal(subscribed.error?.code, -32602)
  assert.equal(String(seen).includes('xxx'), false, 'a new process is told what was kept')
  await assert.rejects(scene.connect({ capabilities: { experimental: { text: 'x'.repeat(65_536) } } }), /413/)
})

test('who no longer wants a resource does not keep it from others who do', async (t) => {
  const scene = await openStdioScene(t, { upstream: { per: 'server' } })
  const [one, other] = [await scene.connect(), await scene.connect(bob)]
  for (const { send } of [one, other]) await send({ id: 1, method: 'resources/subscribe', params: { uri: 'note:1' } })

  await one.send({ id: 2, method: 'resources/unsubscribe', params: { uri: 'note:1' } })
  const before = String((await one.call('seen')).seen)
  await other.send({ id: 2, method: 'resources/unsubscribe', params: { uri: 'note:1' } })
  const after = String((await one.call('seen')).seen)

  assert.doesNotMatch(before, /resources\/unsubscribe/)
  assert.match(after, /resources\/unsubscribe/)
})

test(`${modern}: each listening has its own id back, and what belongs to another does not come to it`, async (t) => {
  const scene = await openStdioScene(t, { upstream: { per: 'server' } })
  const [one, other] = [await scene.connect({ revision: modern }), await scene.connect({ ...bob, revision: modern })]
  const listen = { id: 'same', method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true } } }
  const streams = [messagesIn(await one.send(listen)), messagesIn(await other.send(listen))] as const

  await one.call('change')

  for (const stream of streams)
    for (const method of ['notifications/subscriptions/acknowledged', 'notifications/tools/list_changed']) {
      const message = (await stream.next()).value
      assert.equal(message?.method, method)
      assert.deepEqual(message?.params?._meta, { 'io.modelcontextprotocol/subscriptionId': 'same' })
    }
})

test('a client cancels its own request alone, though others are called the same', async (t) => {
  const scene = await openStdioScene(t, { upstream: { per: 'server' } })
  const [one, other] = [await scene.connect(), await scene.connect(bob)]
  const hold = (name: string) => ({
    id: 5,
    method: 'tools/call',
    params: { name: 'hold', arguments: { name }, _meta: { progressToken: 5 } },
  })
  const [mine, theirs] = [await one.send(hold('mine')), await other.send(hold('theirs'))]

  await one.send({ method: 'notifications/cancelled', params: { requestId: 5 } })
  await scene.event('upstream_said')
  await other.call('release', { name: 'theirs' })

  assert.deepEqual(
    (await messagesOf(mine)).filter(({ id }) => id !== undefined),
    [],
  )
  assert.equal((await answerIn(theirs)).result?.held, 'theirs')
})

function progressIn(message: Message | undefined): unknown[] {
  return [message?.params?.progressToken, message?.params?.message]
}
