import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptsOf, byPerson, connecting, observed } from '../../test/attempt-scene.ts'

const doctor = { agent: 'portcullis-doctor', address: '198.51.100.1' }
const asSlack = { agent: 'Slack-MCP-Client/1.0', address: doctor.address }
const asAnything = { agent: 'curl/8.17.0', address: doctor.address }

test('what the doctor asks is no attempt, under its own name and under those of clients', () => {
  const attempts = attemptsOf([
    observed({ ...doctor, after: 0, status: 401, steps: ['challenged'] }),
    byPerson({ ...doctor, after: 1, status: 400, steps: ['authorization_refused'] }),
    observed({ ...asSlack, after: 3, status: 401, steps: ['challenged'] }),
    observed({ ...asAnything, after: 14, status: 401, steps: ['challenged'] }),
  ])

  assert.deepEqual(attempts, [])
})

test('the doctor writes nothing into the story of a client at the same address that waits', () => {
  const way = connecting({ until: 'token_issued', address: doctor.address, agent: 'node' })
  const before = attemptsOf(way)

  const after = attemptsOf([
    ...way,
    observed({ ...doctor, after: 60, status: 404, steps: ['metadata_missing'] }),
    observed({ ...asAnything, after: 61, status: 401, steps: ['challenged'] }),
  ])

  assert.deepEqual(
    after.map(({ entries }) => entries.length),
    before.map(({ entries }) => entries.length),
  )
})

test('a client that connects where the doctor has just asked is an attempt, and so is one that comes after it', () => {
  const attempts = attemptsOf([
    observed({ ...doctor, after: 0, status: 401, steps: ['challenged'] }),
    ...connecting({ from: 2, address: doctor.address }),
    observed({ ...asSlack, after: 40, status: 401, steps: ['challenged'] }),
  ])

  assert.equal(attempts.length, 2)
  assert.ok(attempts[0]?.connectedAt !== undefined)
})

test('nobody hides a sign-in by calling a client as the doctor calls itself', () => {
  const [attempt] = attemptsOf(connecting(doctor))

  assert.ok(attempt?.connectedAt !== undefined)
})

test('who asks as the doctor at many addresses hides nobody elsewhere, and is not remembered without end', () => {
  const addresses = Array.from({ length: 150 }, (_, nth) => `198.51.100.${nth}`)

  const attempts = attemptsOf([
    ...addresses.map((address) => observed({ ...doctor, address, after: 0, status: 401, steps: ['challenged'] })),
    observed({ after: 1, address: '203.0.113.9', status: 401, steps: ['challenged'] }),
    observed({ after: 1, address: addresses[0] ?? '', status: 401, steps: ['challenged'] }),
    observed({ after: 1, address: addresses.at(-1) ?? '', status: 401, steps: ['challenged'] }),
  ])

  assert.deepEqual(
    attempts.map(({ network }) => network),
    ['address:203.0.113.9', 'address:198.51.100.0'],
  )
})
