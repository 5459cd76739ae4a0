import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventReader, eventsIn } from './event-stream.ts'

test('events end with an empty line, whatever their lines end with', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const body = [
      'event: endpoint',
      'data: /messages',
      '',
      ': ping',
      '',
      'id: 1',
      'data:',
      '',
      'data: a',
      'data:b',
      '',
    ].join(end)

    assert.deepEqual(eventsIn(body), [
      { type: 'endpoint', data: '/messages' },
      { type: 'message', data: '' },
      { type: 'message', data: 'a\nb' },
    ])
  }
})

test('events are the same however the stream is cut', () => {
  const body = 'event: a\r\ndata: 1\r\n\r\ndata: 2\n\n'
  const read = eventReader()

  assert.deepEqual(
    [...body].flatMap((character) => read(character)),
    eventsIn(body),
  )
})
