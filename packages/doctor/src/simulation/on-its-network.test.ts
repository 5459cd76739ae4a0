import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profiles } from '@portcullis/clients'
import { endOf, healthy, type Served, serverMetadata, withResourceMetadata } from '../../test/served.ts'
import { gatherEvidence } from '../evidence/evidence.ts'
import type { Outcome } from '../evidence/exchange.ts'
import { find } from '../findings/find.ts'
import { documentRequest, emptyTokenRequest, mcpRequest } from '../probes/requests.ts'
import { simulate } from './simulate.ts'
import type { ClientVerdict } from './verdict.ts'

const issuer = 'https://as.example.com'
const resourcePlace = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'
const serverPlace = `${issuer}/.well-known/oauth-authorization-server`

test('Claude reaches port 443 alone, and others any', async () => {
  const typed = 'https://mcp.example.com:8443/mcp'
  const place = 'https://mcp.example.com:8443/.well-known/oauth-protected-resource/mcp'
  const served: Served = {
    ...withResourceMetadata({}),
    [`GET ${place}`]: { json: { resource: typed, authorization_servers: [issuer] } },
    POST: { status: 401, headers: { 'www-authenticate': `Bearer resource_metadata="${place}"` } },
  }

  assert.deepEqual((await endOf('claude', served, typed)).slice(0, 3), ['stops', 'reach', 'port_not_reached'])
  assert.deepEqual(await endOf('sdk-1', served, typed), ['asks_for_authorization'])
  assert.deepEqual(await endOf('claude', healthy), ['asks_for_authorization'])
})

test('on this machine a port is no matter: nobody connects there before there is a public address', async () => {
  const typed = 'http://localhost:3000/mcp'

  assert.notEqual((await endOf('claude', healthy, typed))[2], 'port_not_reached')
})

test('answers that together take longer than Claude waits are a caveat, and no other client has it', async () => {
  const [claude, sdk] = await verdictsAfter({ [resourcePlace]: 6000, [serverPlace]: 6000 })

  assert.deepEqual(
    claude?.caveats.filter(({ kind }) => kind === 'slow'),
    [{ kind: 'slow', what: 'discovery', milliseconds: 12_000, seconds: 10 }],
  )
  assert.equal(claude?.kind, 'connects_with_caveat')
  assert.deepEqual(sdk?.caveats, [])
})

test('one answer that takes longer than Claude waits stops it', async () => {
  const [claude] = await verdictsAfter({ [serverPlace]: 11_000 })

  assert.deepEqual(claude?.walk.end, { kind: 'stops', step: 'authorization_server_metadata', because: 'too_slow' })
})

test('so does a token endpoint that does', async () => {
  const [claude] = await verdictsAfter({ [`POST ${issuer}/token`]: 11_000 })

  assert.deepEqual(claude?.walk.end, { kind: 'stops', step: 'authorization_request', because: 'too_slow' })
})

test('a server that was only asleep is a caveat', async () => {
  const [claude] = await verdictsAfter({ [serverPlace]: 11_000 }, { isOnlyFirst: true })

  assert.equal(claude?.kind, 'connects_with_caveat')
})

test('where the doctor gives up before Claude would, nobody can tell', async () => {
  const [claude] = await verdictsAfter({ [resourcePlace]: 'timed_out' })

  assert.equal(claude?.kind, 'cannot_tell')
  assert.match(claude?.why ?? '', /^The doctor waited 5 s for .*, and it waits 10 s$/)
})

test('what the same place took later tells a server that was asleep from one that is slow', async () => {
  const evidence = await evidenceAfter({ [serverPlace]: 4000 }, { isOnlyFirst: true })

  const slow = find(evidence).find(({ code }) => code === 'slow')

  assert.deepEqual(slow?.args, { url: serverPlace, milliseconds: 4000, again: 0 })
})

type Takes = Readonly<Record<string, number | 'timed_out'>>

async function verdictsAfter(takes: Takes, options?: { isOnlyFirst: boolean }): Promise<readonly ClientVerdict[]> {
  const evidence = await evidenceAfter(takes, options)
  const ids = ['claude', 'sdk-1']
  return simulate(
    evidence,
    ids.flatMap((id) => profiles.filter((profile) => profile.id === id)),
    () => undefined,
  )
}

/** The healthy server, with the milliseconds that its answers take. */
async function evidenceAfter(takes: Takes, { isOnlyFirst = false } = {}) {
  let now = 0
  const asked = new Set<string>()
  const evidence = gatherEvidence({
    target: 'https://mcp.example.com/mcp',
    mostRequests: 60,
    clock: () => now,
    async send({ method, url }): Promise<Outcome> {
      const takesNow = isOnlyFirst && asked.has(url) ? 0 : (takes[`${method} ${url}`] ?? takes[url] ?? 0)
      asked.add(url)
      now += takesNow === 'timed_out' ? 5000 : takesNow
      if (takesNow === 'timed_out') return { kind: 'failure', reason: 'timed_out', detail: 'No answer' }
      const served =
        healthy[`${method} ${url}`] ?? (url === 'https://mcp.example.com/mcp' ? healthy[method] : undefined)
      const { status = 200, headers = {}, json } = served ?? { status: method === 'POST' ? 400 : 404 }
      return {
        kind: 'answer',
        status,
        headers: Object.entries(headers),
        body: JSON.stringify(json) ?? '',
        isWhole: true,
      }
    },
  })
  for (const request of [
    mcpRequest(evidence.target, 'post_initialize'),
    documentRequest(resourcePlace),
    documentRequest(serverPlace),
    documentRequest(serverPlace, 'node'),
    emptyTokenRequest(serverMetadata.token_endpoint),
  ])
    await evidence.ask(request)
  return evidence
}
