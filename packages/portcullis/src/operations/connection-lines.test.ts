import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import { logAccountEvents } from './account-lines.ts'
import { logConnectionEvents } from './connection-lines.ts'
import { createLog, type LogOptions } from './log.ts'
import { runInRequest } from './request-context.ts'

test('a refused access token is explained, and the line carries the id of the request and the address that asked', () => {
  const { lines, log } = recordingLog()

  const context = {
    requestId: 'r7',
    clientAddress: '192.0.2.7',
    peerAddress: undefined,
    localAddress: undefined,
    httpVersion: '1.1',
  }
  runInRequest(context, () =>
    logConnectionEvents(log)({ type: 'token_rejected', reason: 'wrong_audience', clientId: 'c1' }),
  )

  const [line] = lines()
  assert.equal(line?.requestId, 'r7')
  assert.equal(line?.clientAddress, '192.0.2.7')
  assert.equal(line?.event, 'token_rejected')
  assert.equal(line?.clientId, 'c1')
  assert.match(String(line?.msg), /^Refused an access token, because it was issued for another server/)
})

test('steps of every allowed call are written only when asked for', () => {
  const quiet = recordingLog()
  const loud = recordingLog({ level: 'debug' })

  for (const { log } of [quiet, loud]) logConnectionEvents(log)({ type: 'call_allowed', subject: 'ada' })

  assert.equal(quiet.lines().length, 0)
  assert.equal(loud.lines().length, 1)
})

test('a refused call is written with the tool that was called, and a batch with all of them', () => {
  const { lines, log } = recordingLog()
  const tell = logConnectionEvents(log)
  const deletion = { method: 'tools/call', name: 'delete_note' }
  const required = ['notes:delete']

  tell({ type: 'scope_insufficient', required, calls: [deletion] })
  tell({ type: 'scope_insufficient', required, calls: [deletion, { method: 'ping' }], furtherCalls: 3 })
  tell({ type: 'scope_insufficient', required })
  tell({ type: 'call_denied', reason: 'denied_by_host', detail: 'not now', calls: [{ method: 'ping' }] })

  assert.deepEqual(
    lines().map(({ msg, method, name, calls, furtherCalls }) => [msg, method, name, calls, furtherCalls]),
    [
      [
        `Refused a call of delete_note, which needs more than was granted: notes:delete`,
        ...Object.values(deletion),
        undefined,
        undefined,
      ],
      [
        'Refused a call of delete_note and 4 more in one batch, which needs more than was granted: notes:delete',
        undefined,
        undefined,
        ['tools/call delete_note', 'ping'],
        3,
      ],
      ['Refused a call, which needs more than was granted: notes:delete', undefined, undefined, undefined, undefined],
      ['Refused a call of ping: not now', 'ping', undefined, undefined, undefined],
    ],
  )
})

test('a claim of headers is written as one', () => {
  const { lines, log } = recordingLog({ level: 'debug' })

  logConnectionEvents(log)({ type: 'call_allowed', claimedCall: { method: 'tools/call', name: 'delete_note' } })

  assert.deepEqual(
    lines().map(({ msg, method, claimedCall }) => [msg, method, claimedCall]),
    [['Allowed a call', undefined, 'tools/call delete_note']],
  )
})

test('law 11: queries of paths and of redirect URIs are not written', () => {
  const { text, log } = recordingLog()
  const tell = logConnectionEvents(log)
  const events: ConnectionEvent[] = [
    {
      type: 'request_refused',
      reason: 'body_too_large',
      detail: 'The body of the request is too large',
      method: 'POST',
      path: '/mcp?key=s3cret',
      status: 413,
    },
    { type: 'authorization_started', redirectUri: 'cursor://cb?key=s3cret' },
    { type: 'client_registered', redirectUris: ['https://a.example/cb?key=s3cret'] },
  ]

  events.forEach(tell)

  assert.equal(text().split('\n').length, 4)
  assert.doesNotMatch(text(), /s3cret/)
})

test('law 11: however much an outsider writes, a line is short, and a token in it is not shown', () => {
  const { lines, text, log } = recordingLog()
  const long = 'long word '.repeat(2000)
  const token = `3fa9c2d1.refresh.AbCdEfGhIjKlMnOpQrStUv.1.${'m'.repeat(43)}`

  logConnectionEvents(log)({ type: 'host_rejected', host: long })
  logConnectionEvents(log)({
    type: 'token_refused',
    reason: 'malformed_request',
    detail: `what is '${token}'`,
    clientId: 'x'.repeat(43),
  })
  logConnectionEvents(log)({
    type: 'authorization_refused',
    reason: 'malformed_request',
    detail: `no '${token}'`,
    shown: 'page',
    requestId: 'r1',
  })
  logConnectionEvents(log)({ type: 'client_registered', clientName: long, redirectUris: [long, token] })
  logAccountEvents(log)({ type: 'foreign_form_refused', path: `/account/${token}/${long}` })

  assert.ok(lines().length === 5 && lines().every((line) => JSON.stringify(line).length < 1500))
  assert.ok(!text().includes('mmm'))
  assert.equal(lines()[1]?.clientId, 'x'.repeat(43))
  assert.equal(lines()[1]?.detail, "what is '[redacted]'")
})

test('a failure is written with its causes, and without what else hangs on the error', () => {
  const { lines, text, log } = recordingLog()
  const cause = Object.assign(new Error('connection reset', { cause: 'why' }), { headers: { authorization: 's3cret' } })

  logConnectionEvents(log)({ type: 'failure', operation: 'token', cause: new Error('store', { cause }) })

  const [line] = lines()
  assert.equal(line?.level, 'error')
  assert.match(JSON.stringify(line?.error), /"message":"store".*"message":"connection reset".*\(string\)/)
  assert.doesNotMatch(text(), /s3cret/)
})

test('sign-in is written by name once it is proved, and never what was typed', () => {
  const { lines, log } = recordingLog()
  const tell = logAccountEvents(log)

  tell({ type: 'signed_in', accountId: 'a1', userName: 'ada', isDev: false })
  tell({ type: 'sign_in_refused', reason: 'wrong', clientAddress: '192.0.2.1' })
  tell({ type: 'sign_in_refused', reason: 'disabled', clientAddress: '192.0.2.1', accountId: 'a1', userName: 'ada' })

  assert.deepEqual(
    lines().map((line) => [line.level, line.msg]),
    [
      ['info', 'ada signed in'],
      ['warn', 'Refused a sign-in, because the user name or the password was wrong'],
      ['warn', 'Refused a sign-in to ada, because the account is disabled'],
    ],
  )
})

test('for people, a line is time, level, message and fields, and nothing in it can write over the terminal', () => {
  const { text, log } = recordingLog({ format: 'pretty' })

  logConnectionEvents(log)({ type: 'host_rejected', host: 'evil\u001b[2J\u009b.example\r\nfake line\u202e\u2028' })
  log.write('error', 'Something broke', { error: new Error('bad \u001b[31m') })

  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
  assert.doesNotMatch(text(), /[\x00-\x09\x0B-\x1F\x7F-\x9F]/)
  assert.match(
    text(),
    /^\d\d:\d\d:\d\d warn {2}Refused a request, because its host .* host=evil\?\[2J\?\.example\?\?fake line\?\?\n/,
  )
  assert.match(text(), /error Something broke\n {6}Error: bad \?\[31m\n {6} {4}at /)
})

test('colours are used only where they are asked for', () => {
  const plain = recordingLog({ format: 'pretty' })
  const colored = recordingLog({ format: 'pretty', colors: true })

  for (const { log } of [plain, colored]) log.write('info', 'Hello')

  assert.ok(!plain.text().includes('\u001b['))
  assert.ok(colored.text().includes('\u001b['))
})

function recordingLog(options: Partial<LogOptions> = {}) {
  let text = ''
  const write = (line: string) => {
    text += line
  }
  const log = createLog({ level: 'info', format: 'json', write, ...options })
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { log, lines, text: () => text }
}
