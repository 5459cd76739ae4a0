import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRmcpChallenge } from './rmcp-challenge.ts'

const cases: readonly (readonly [title: string, header: string, read: object])[] = [
  [
    'a pointer and a scope',
    'Bearer resource_metadata="https://a.example/prm", scope="a b"',
    { pointer: 'https://a.example/prm', scope: 'a b' },
  ],
  ['a path', 'Bearer resource_metadata="/prm"', { pointer: 'https://a.example/prm' }],
  ['another origin', 'Bearer resource_metadata="https://b.example/prm"', {}],
  [
    'the first of its own origin',
    'A resource_metadata="https://b.example/x", B Resource_Metadata=/y',
    { pointer: 'https://a.example/y' },
  ],
  ['quotes within quotes', String.raw`Bearer scope="a\"b"`, { scope: 'a"b' }],
  ['a quote that is not closed', 'Bearer scope="a', {}],
  ['any scheme', 'Basic scope=a;b', { scope: 'a' }],
]

for (const [title, header, read] of cases)
  test(`${title} is read as rmcp reads it`, () => {
    assert.deepEqual(readRmcpChallenge(header, 'https://a.example/mcp'), read)
  })
