import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '../stores/memory.ts'
import {
  createDevLinks,
  type DevLinkKinds,
  type DevLinksOptions,
  type ReceivedRequest,
  redactDevLink,
} from './index.ts'

const resource = 'http://localhost:3000/mcp'
const ada = { subject: 'ada', scope: ['portfolio:read'] }

test('law 10: whoever has a link calls as its person, with its scopes, until it is over', async () => {
  const { links, advance } = startLinks()
  const { url, id, expiresAt } = await links.create({ ...ada, lifetime: 600 })

  const caller = await links.authenticate(requestFor(url))
  advance(599)
  const atTheEnd = await links.authenticate(requestFor(url))
  advance(1)
  const afterwards = await links.authenticate(requestFor(url))

  assert.ok(caller !== undefined && !(caller instanceof Response))
  assert.deepEqual([caller.subject, [...caller.scope], caller.resource], ['ada', ['portfolio:read'], resource])
  assert.deepEqual([caller.expiresAt, caller.clientId, caller.grantId], [expiresAt, undefined, undefined])
  assert.ok(!(atTheEnd instanceof Response))
  assert.equal(statusOf(afterwards), 404)
  assert.deepEqual(await links.list('ada'), [])
  assert.ok(!url.includes(id))
})

test('law 10: a link ends by our clock, even in a store whose clock is slow', async () => {
  const { links, advance } = startLinks({}, { isStoreSlow: true })
  const { url } = await links.create({ ...ada, lifetime: 600 })

  advance(600)

  assert.equal(statusOf(await links.authenticate(requestFor(url))), 404)
})

test('law 10: a link is good for eight hours at most, and for one where nothing is said', async () => {
  const { links, now } = startLinks()

  const { expiresAt } = await links.create(ada)

  assert.equal(expiresAt, now() + 3600)
  await links.create({ ...ada, lifetime: 8 * 3600 })
  for (const lifetime of [8 * 3600 + 1, 0, 1.5, Number.NaN])
    await assert.rejects(links.create({ ...ada, lifetime }), TypeError, String(lifetime))
  await assert.rejects(links.create({ ...ada, subject: '' }), TypeError)
  await assert.rejects(links.create({ ...ada, scope: ['two words'] }), TypeError)
})

test('law 10: a server with a public URL refuses to have any', () => {
  for (const elsewhere of ['https://mcp.example/mcp', 'https://localhost.example/mcp', 'https://192.168.1.7/mcp'])
    assert.throws(() => startLinks({ resource: elsewhere }), { name: 'TypeError', message: /for this machine alone/ })
})

test('law 10: each of its conditions alone refuses the request, good link or not', async () => {
  const { links } = startLinks()
  const { url } = await links.create(ada)
  const cases: Record<string, Partial<Arrival>> = {
    'a peer elsewhere': { remoteAddress: '192.0.2.1' },
    'a peer nobody knows': { remoteAddress: undefined },
    'a listener elsewhere': { localAddress: '10.0.0.1' },
    'no host': { headers: { host: undefined } },
    'another host': { headers: { host: 'evil.example:3000' } },
    'two hosts': { headers: { host: 'localhost:3000', Host: 'localhost:3000' } },
    'another port': { headers: { host: 'localhost:3001' } },
    'a page of another port': { headers: { origin: 'http://localhost:5173' } },
    'a page of another site': { headers: { origin: 'https://evil.example' } },
    'an opaque origin': { headers: { origin: 'null' } },
    forwarded: { headers: { forwarded: 'for=127.0.0.1' } },
    'x-forwarded-for': { headers: { 'X-Forwarded-For': '127.0.0.1' } },
    via: { headers: { via: '1.1 proxy' } },
    'a tunnel': { headers: { 'cf-ray': '1' } },
    'a content delivery network': { headers: { 'cdn-loop': 'x' } },
  }

  for (const [why, arrival] of Object.entries(cases))
    for (const target of [url, `${resource}/dev/nobody`]) {
      const answer = await links.authenticate(requestFor(target, arrival))

      assert.equal(statusOf(answer), 403, why)
      assert.equal(links.isFromOwnMachine(requestFor(target, arrival)), false, why)
    }
  for (const host of ['127.0.0.1:3000', '[::1]:3000', 'localhost:3000'])
    assert.equal(statusOf(await links.authenticate(requestFor(url, { headers: { host } }))), undefined, host)
  assert.equal(links.isFromOwnMachine(requestFor(url)), true)
})

test('a link that was taken back is over with the next request, and nobody takes back another’s', async () => {
  const { links } = startLinks()
  const { url, id } = await links.create(ada)
  const another = await links.create(ada)

  const byBob = await links.revoke({ id, subject: 'bob' })
  const meanwhile = await links.authenticate(requestFor(url))
  const byAda = await links.revoke({ id, subject: 'ada' })
  const afterwards = await links.authenticate(requestFor(url))

  assert.deepEqual([byBob, byAda], [false, true])
  assert.equal(statusOf(meanwhile), undefined)
  assert.equal(statusOf(afterwards), 404)
  assert.deepEqual(
    (await links.list('ada')).map(({ id: left }) => left),
    [another.id],
  )
})

test('whoever may not use the server any more has no link that counts', async () => {
  const active = new Set(['ada'])
  const { links } = startLinks({ isActive: (subject) => active.has(subject) })
  const { url } = await links.create(ada)

  active.delete('ada')

  assert.equal(statusOf(await links.authenticate(requestFor(url))), 404)
})

test('law 11: nothing that is stored, listed or refused makes a link, and a log may be shown the address without its secret', async () => {
  const { links, stored } = startLinks()
  const { url } = await links.create(ada)
  const secret = url.slice(`${resource}/dev/`.length)
  const refused = await links.authenticate(requestFor(`${url}x`))

  assert.match(secret, /^[\w-]{43}$/)
  assert.ok(!JSON.stringify([...stored]).includes(secret))
  assert.ok(!JSON.stringify(await links.list('ada')).includes(secret))
  assert.ok(refused instanceof Response && !(await refused.text()).includes(secret))
  assert.equal(refused instanceof Response && refused.headers.get('www-authenticate'), null)
  assert.equal(redactDevLink(`${url}?a=b`), `${resource}/dev/[redacted]?a=b`)
  assert.equal(statusOf(await links.authenticate(requestFor(`${resource}/dev/${[...stored][0]}`))), 404)
})

test('an address that is no link’s is left to what else there is', async () => {
  const { links } = startLinks()

  for (const target of [resource, `${resource}/`, `${resource}/dev`, 'http://localhost:3000/dev/x'])
    assert.equal(await links.authenticate(requestFor(target)), undefined, target)
})

interface Arrival {
  headers: Record<string, string | undefined>
  remoteAddress: string | undefined
  localAddress: string | undefined
}

function startLinks(options: Partial<DevLinksOptions> = {}, { isStoreSlow = false } = {}) {
  let time = 1_800_000_000
  const now = () => time
  const kept = memoryStore<DevLinkKinds>({ now: isStoreSlow ? () => 1_800_000_000 : now })
  const stored = new Set<string>()
  const store = {
    ...kept,
    commit: (changes: Parameters<typeof kept.commit>[0]) => {
      for (const change of changes) stored.add(change.id).add(JSON.stringify(change))
      return kept.commit(changes)
    },
  }
  const links = createDevLinks({ resource, store, now, ...options })
  return {
    links,
    stored,
    now,
    advance: (seconds: number) => {
      time += seconds
    },
  }
}

function requestFor(url: string, { headers = {}, ...socket }: Partial<Arrival> = {}): ReceivedRequest {
  const { pathname, search } = new URL(url)
  const all = Object.entries({ host: 'localhost:3000', accept: 'application/json', ...headers })
  return {
    url: pathname + search,
    rawHeaders: all.flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
    socket: { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1', ...socket },
  }
}

function statusOf(answer: object | undefined): number | undefined {
  return answer instanceof Response ? answer.status : undefined
}
