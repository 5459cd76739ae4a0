import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { mutants } from '../../mutants/mutants.ts'
import type { Attack } from './attack.ts'
import { attacks, attacksFor } from './attacks.ts'
import { coveragePage, gapsIn } from './coverage.ts'
import { play, type Result } from './play.ts'
import { formatResult, reportOf } from './report.ts'
import { createSecrets } from './secrets.ts'
import type { Means } from './stage.ts'
import { discover } from './target.ts'
import { startWeakServer, type WeakServer } from './weak/server.ts'
import { createWire } from './wire.ts'

for (const attack of attacksFor(attacks, {})) {
  test(`${attack.id}: a server without the fault is safe, and not merely untried, and nothing secret is told`, async () => {
    const sound = await startWeakServer([])

    const result = await tried(sound.issuer, attack).finally(sound.close)

    assert.equal(result.outcome.verdict, 'safe', told(result))
    assert.deepEqual(secretsIn(result, sound), [])
  })

  test(`${attack.id}: a server with the fault is vulnerable, and nothing secret is told`, async () => {
    const weak = await startWeakServer([attack.id])

    const result = await tried(weak.issuer, attack).finally(weak.close)

    assert.equal(result.outcome.verdict, 'vulnerable', told(result))
    assert.deepEqual(secretsIn(result, weak), [])
  })
}

for (const attack of attacksFor(attacks, {}))
  test(`${attack.id}: what was not tried is never a pass: without a person, and without a client, the fault is not called safe`, async () => {
    const weak = await startWeakServer([attack.id])

    const withoutPerson = await tried(weak.issuer, attack, { person: undefined, otherPerson: undefined })
    const withoutClient = await tried(weak.issuer, attack, {}, ['registration_endpoint']).finally(weak.close)

    for (const result of [withoutPerson, withoutClient]) assert.notEqual(result.outcome.verdict, 'safe', told(result))
  })

const signIn = (user: string) => ({ manner: { press: [`user=${user}`, 'decision=allow'], answers: {} } })
const means: Means = {
  person: signIn('alice'),
  otherPerson: signIn('bob'),
  clients: [],
  origins: [],
  mayFlood: true,
  patience: 0,
  signsInForDevelopment: true,
}

async function tried(
  issuer: string,
  attack: Attack,
  otherwise: Partial<Means> = {},
  hidden: readonly string[] = [],
): Promise<Result> {
  const quiet = () => {}
  const wire = createWire({ from: undefined, say: quiet })
  const found = await discover(issuer, wire.send, { resource: `${issuer}/mcp`, scope: 'mcp' }).finally(wire.close)
  const shown = Object.entries(found.metadata).filter(([name]) => !hidden.includes(name))
  const target = { ...found, metadata: Object.fromEntries(shown) }
  const run = { target, means: { ...means, ...otherwise }, secrets: createSecrets(), signedIn: undefined }
  const [result] = await play([attack], run, { say: quiet, tell: quiet })
  assert.ok(result)
  return result
}

/** What of the server's secrets stands in what would be printed. */
function secretsIn(result: Result, server: WeakServer): readonly string[] {
  const printed = JSON.stringify(reportOf(server.issuer, [result])) + formatResult(result, { verbose: true })
  return server.secrets().filter((secret) => printed.includes(secret))
}

function told({ outcome, exchanges }: Result): string {
  return [outcome.seen, ...exchanges.slice(-3).flatMap(({ sent, answered }) => [sent, answered])].join('\n')
}

test('every attack has an id of its own, and says what it is drawn from', () => {
  assert.equal(new Set(attacks.map(({ id }) => id)).size, attacks.length)
  for (const { id, from } of attacks) assert.ok(from.length > 0, id)
})

test('every attack on ours alone has a guard of ours that it notices when it is gone', () => {
  const titles = mutants.map(({ test: { file, title } }) => (file.endsWith('ours.attack-test.ts') ? title : /^never$/))
  const unproved = attacks.filter(({ id, isOfOurs }) => isOfOurs && !titles.some((title) => title.test(`${id}: `)))
  assert.deepEqual(
    unproved.map(({ id }) => id),
    [],
  )
})

test('every clause, fault and law has an attack or a reason why not, and coverage.md says which', () => {
  assert.deepEqual(gapsIn(attacks), [])
  assert.equal(readFileSync(new URL('../coverage.md', import.meta.url), 'utf8'), coveragePage(attacks))
})

test('what is printed has not even the beginning of a secret where a long answer was cut', () => {
  const secrets = createSecrets()
  const token = 'x1y2'.repeat(100)

  const hidden = secrets.hide(`{"pad":"${'p'.repeat(2400)}","access_token":"${token}"}`)

  assert.equal(hidden.includes('x1y2'), false)
})
