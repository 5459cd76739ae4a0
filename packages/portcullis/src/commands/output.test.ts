import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTable, printJson } from './output.ts'

test('what others named writes over no terminal, as a table and as JSON, which stays the same JSON', () => {
  const name = 'Desk\u001b[2J\u009b2J\u202e\u{e0041}é'
  let written = ''

  printJson({ write: (text: string) => (written += text) }, [{ name }])

  assert.deepEqual(JSON.parse(written), [{ name }])
  for (const text of [written, formatTable(['NAME'], [[name]])])
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
  assert.match(written, /é/)
})
