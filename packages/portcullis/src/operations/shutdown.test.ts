import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { untilTold } from './shutdown.ts'

test('a signal that comes twice in one press is one word, and a second press ends at once', async () => {
  const signals = new EventEmitter()
  const held = Promise.withResolvers<void>()
  let now = 0
  let aborted = 0
  const told = untilTold(signals, { close: () => held.promise, abort: () => (aborted += 1), now: () => now })

  signals.emit('SIGINT') // of the terminal
  now += 20
  signals.emit('SIGINT') // the same press, handed on by npm
  assert.equal(aborted, 0)
  now += 1000
  signals.emit('SIGINT')
  assert.equal(aborted, 1)

  held.resolve()
  await told
  assert.deepEqual(signals.eventNames(), [])
})
