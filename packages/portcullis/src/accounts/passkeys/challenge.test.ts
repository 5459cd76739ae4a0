import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { ProgramKinds } from '../../store/records.ts'
import { createChallenge, timeOfChallenge } from './challenge.ts'

const clock = { now: 1_800_000_000 }
const now = () => clock.now
const first = randomBytes(32)
const context = {
  store: memoryStore<ProgramKinds>({ now }),
  now,
  origin: 'https://mcp.example',
  challengeKeys: [first] as [Uint8Array],
}
const use = { purpose: 'add', boundTo: 'a session' } as const

test('a challenge is for one purpose, and for one browser, session or link', () => {
  const challenge = createChallenge(use, context)

  assert.equal(timeOfChallenge(challenge, use, context), clock.now + 600)
  for (const other of [
    { ...use, purpose: 'sign in' as const },
    { ...use, purpose: 'confirm' as const },
    { ...use, boundTo: 'another session' },
    { ...use, boundTo: '' },
  ])
    assert.equal(timeOfChallenge(challenge, other, context), undefined)
})

test('a challenge of which one bit is another is none, nor is one in another spelling', () => {
  const challenge = createChallenge(use, context)
  const bytes = Buffer.from(challenge, 'base64url')

  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.equal(timeOfChallenge(changed.toString('base64url'), use, context), undefined)
  }
  for (const text of [`${challenge}=`, ` ${challenge}`, challenge.slice(1), '', bytes.toString('base64')])
    if (text !== challenge) assert.equal(timeOfChallenge(text, use, context), undefined, text)
})

test('a challenge outlives another secret that takes the place of the first, and no more than that', () => {
  const challenge = createChallenge(use, context)
  const second = randomBytes(32)

  assert.equal(timeOfChallenge(challenge, use, { ...context, challengeKeys: [second, first] }), clock.now + 600)
  assert.equal(timeOfChallenge(challenge, use, { ...context, challengeKeys: [second] }), undefined)
})
