import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { listen } from './listen.ts'
import { OperatorError } from './operator-error.ts'

test('a port that is taken is said to be, with the option that changes it', async (t) => {
  const first = createServer()
  t.after(() => first.close())
  const port = await listen(first, { host: '127.0.0.1', port: 0 })

  const refused = await listen(createServer(), { host: '127.0.0.1', port }).catch((error: unknown) => error)

  assert.ok(refused instanceof OperatorError)
  assert.equal(refused.message, `Port ${port} is taken`)
  assert.equal(refused.nextStep, `Stop what uses it, or choose another: --port ${port + 1}`)
})

test('an address that the machine does not have is said to be none of its own', async () => {
  const refused = await listen(createServer(), { host: '192.0.2.1', port: 0 }).catch((error: unknown) => error)

  assert.ok(refused instanceof OperatorError)
  assert.match(refused.nextStep, /--host 127\.0\.0\.1/)
})
