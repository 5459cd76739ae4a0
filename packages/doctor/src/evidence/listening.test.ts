import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listening } from '../../test/loopback-server.ts'
import { mcpRequest } from '../probes/requests.ts'
import type { Answer, Outcome } from './exchange.ts'
import { hideTarget } from './hidden-target.ts'
import { createSender } from './send.ts'

/** To an initialize with the id 0: a stream that begins with these events, and the reply later. */
const openings: Readonly<Record<string, string>> = {
  'an event without data, from which clients resume': 'id: 1\ndata: \n\n',
  'a notification': 'data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n',
  'the reply to something else': 'data: {"jsonrpc":"2.0","id":7,"result":{}}\n\n',
  'nothing for a while': '',
}
for (const [what, opening] of Object.entries(openings)) {
  test(`a stream of events is read until the reply is there, also after ${what}`, async () => {
    const reply = 'data: {"jsonrpc":"2.0","id":0,"result":{}}\n\n'
    const origin = await listening((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      if (opening !== '') response.write(opening)
      setTimeout(() => response.write(reply), 700)
    })
    const { send, close } = createSender({ target: hideTarget(origin) })
    after(close)

    const answer = answered(await send(mcpRequest(origin, 'post_initialize')))

    assert.equal(answer.body, opening + reply)
    assert.equal(answer.isWhole, false)
  })
}

test('of a stream without a reply there is what came in the time of a request, and others are not waited for so long', async () => {
  const origin = await listening((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': ping\n\n')
  })
  const { send, close } = createSender({ target: hideTarget(origin), timeout: 500, deadline: 60_000 })
  after(close)

  const outcomes = await Promise.all([send(mcpRequest(origin, 'post_initialize')), send(mcpRequest(origin, 'get'))])

  for (const outcome of outcomes) assert.equal(answered(outcome).body, ': ping\n\n')
})

function answered(outcome: Outcome): Answer {
  assert.equal(outcome.kind, 'answer', JSON.stringify(outcome))
  return outcome
}
