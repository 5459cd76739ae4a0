import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { GrantRecord } from '../records.ts'
import { redeem } from './redeem.ts'

const grant: GrantRecord = {
  clientId: 'c',
  subject: 's',
  scope: ['a'],
  resource: 'https://mcp.example/mcp',
  redirectUri: 'https://client.example/cb',
  codeChallenge: 'x',
  authTime: 0,
  issuedAt: 0,
  generation: 3,
  rotatedAt: 1000,
  keyId: 'k1',
  seed: 's',
}

const lifetimes = { accessTokenLifetime: 600, refreshTokenLifetime: 86_400, replayWindow: 60 }

const cases: [string, number, number, string][] = [
  ['the newest refresh token', 3, 5000, 'rotate'],
  ['the one just behind, within the window', 2, 1059, 'replay'],
  ['the one just behind, at the end of the window', 2, 1060, 'reuse'],
  ['one further behind, within the window', 1, 1001, 'reuse'],
  ['the code of a redeemed grant, within the window', 0, 1001, 'reuse'],
  ['one ahead of the record, after the store was restored', 5, 1001, 'rotate'],
]
for (const [what, generation, now, kind] of cases)
  test(`AS-38 law 6: ${what} is ${kind}`, () => {
    assert.equal(redeem(grant, { generation, now, keyId: 'k2', ...lifetimes }).kind, kind)
  })

test('AS-41 law 5: a code is never replayed, however soon it is presented again', () => {
  const redeemed = { ...grant, generation: 1, rotatedAt: 1000 }

  const again = redeem(redeemed, { generation: 0, now: 1000, keyId: 'k1', ...lifetimes })

  assert.deepEqual(again, { kind: 'reuse', reason: 'code_reused' })
})

test('AS-38 law 6: whatever is presented in whatever order, no two different successors of one generation exist', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(90)), { maxLength: 30 }), (presentations) => {
      let current: GrantRecord | undefined = { ...grant, generation: 0, rotatedAt: 0 }
      let now = 0
      let issued = 0
      const successors = new Map<number, number>()
      for (const [back, wait] of presentations) {
        now += wait
        const generation = Math.max(0, issued - back) // only what was issued can be presented
        const result = redeem(current, { generation, now, keyId: 'k1', ...lifetimes })
        if (result.kind === 'reuse' || result.kind === 'expired') return
        const successor = result.grant.generation
        assert.equal(successors.get(generation) ?? successor, successor)
        successors.set(generation, successor)
        issued = Math.max(issued, successor)
        current = result.grant
      }
    }),
  )
})

test('law 14: a refresh token that nobody used for too long is over, while the grant stays as it was, to be ended', () => {
  const refreshed = { ...grant, refreshTokensUntil: 1030 }
  const cases: [generation: number, now: number, kind: string][] = [
    [3, 1029, 'rotate'],
    [3, 1030, 'expired'],
    [2, 1029, 'replay'],
    [2, 1030, 'expired'],
    [1, 1030, 'reuse'],
  ]

  for (const [generation, now, kind] of cases)
    assert.equal(redeem(refreshed, { generation, now, keyId: 'k1', ...lifetimes }).kind, kind)
})

test('law 14: the grant tells until when access tokens of it may live, and a shorter lifetime takes nothing back', () => {
  const options = { generation: 3, now: 5000, keyId: 'k1', replayWindow: 60, refreshTokenLifetime: 86_400 }

  const longer = redeem(grant, { ...options, accessTokenLifetime: 3600 })
  assert.ok(longer.kind === 'rotate')
  const shorter = redeem(longer.grant, { ...options, generation: 4, accessTokenLifetime: 600 })

  assert.equal(longer.grant.accessTokensUntil, 5000 + 3600 + 60)
  assert.ok(shorter.kind === 'rotate' && shorter.grant.accessTokensUntil === 5000 + 3600 + 60)
})
