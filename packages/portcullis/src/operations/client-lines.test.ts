import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientNameOf } from './client-lines.ts'

test('the name that clients call the server by is one that every shell takes', () => {
  const cases: [string, string][] = [
    ['Notes', 'notes'],
    ["Ada's notes; rm -rf /", 'ada-s-notes-rm-rf'],
    ['mcp.example.com', 'mcp-example-com'],
    ['localhost', 'portcullis'],
    ['localhost:7080', 'portcullis'],
    ['мир', 'portcullis'],
    ['x'.repeat(60), 'x'.repeat(40)],
  ]

  for (const [name, short] of cases) assert.equal(clientNameOf(name), short)
})
