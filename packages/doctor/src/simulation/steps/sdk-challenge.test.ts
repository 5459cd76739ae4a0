import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../../evidence/exchange.ts'
import { readSdkChallenge } from './sdk-challenge.ts'

const cases: readonly (readonly [title: string, header: string, read: object])[] = [
  ['a pointer in quotes', 'Bearer resource_metadata="https://a.example/prm"', { pointer: 'https://a.example/prm' }],
  [
    'a pointer without',
    'bearer resource_metadata=https://a.example/prm, scope=x',
    { pointer: 'https://a.example/prm', scope: 'x' },
  ],
  ['scopes', 'Bearer error="invalid_token", scope="a b"', { error: 'invalid_token', scope: 'a b' }],
  ['nothing behind the scheme', 'Bearer', {}],
  ['two spaces behind the scheme', 'Bearer  scope="a"', {}],
  ['another scheme first', 'Basic realm="a", Bearer scope="a"', {}],
  ['a pointer that is a path', 'Bearer resource_metadata="/prm"', {}],
  ['another name that ends alike', 'Bearer x_scope="a"', { scope: 'a' }],
  ['a scheme that it does not know', 'DPoP scope="a"', {}],
]

for (const [title, header, read] of cases)
  test(`${title} is read as the SDK reads it`, () => {
    assert.deepEqual(readSdkChallenge(challenged(header), ['bearer']), read)
  })

function challenged(header: string): Exchange {
  const headers = [['www-authenticate', header]] as const
  return {
    id: 1,
    request: { method: 'POST', url: 'https://a.example/mcp', headers: {} },
    outcome: { kind: 'answer', status: 401, headers, body: '', isWhole: true },
    milliseconds: 0,
  }
}
