import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import type { ClientVerdict } from './simulation/verdict.ts'

test('what nobody knows of a client is undecided only where somebody asked about that client', () => {
  const clients = [untold('client')]

  assert.equal(exitCodeOf({ causes: [], clients, areChosen: false }), exitCodes.allConnect)
  assert.equal(exitCodeOf({ causes: [], clients, areChosen: true }), exitCodes.undecided)
})

test('what a server did not show is undecided, whoever was asked about', () => {
  const clients = [untold('server')]

  assert.equal(exitCodeOf({ causes: [], clients, areChosen: false }), exitCodes.undecided)
})

function untold(unknown: 'client' | 'server'): ClientVerdict {
  const end = { kind: 'cannot_tell', step: 'challenge', why: 'Nobody has recorded it', unknown } as const
  const walk = { steps: [], end, caveats: [] }
  return { client: { id: 'nobody', name: 'Nobody' }, kind: 'cannot_tell', basis: 'documents', caveats: [], walk }
}
