import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differenceBetween } from './difference.ts'

const differences: readonly (readonly [url: string, difference: string | undefined])[] = [
  ['https://mcp.example/mcp', undefined],
  ['http://mcp.example/mcp', 'scheme'],
  ['https://other.example/mcp', 'host'],
  ['https://mcp.example:8443/mcp', 'port'],
  ['https://mcp.example', 'origin_only'],
  ['https://mcp.example/', 'origin_only'],
  ['https://mcp.example/mcp/', 'trailing_slash'],
  ['https://MCP.example/mcp', 'letter_case'],
  ['https://mcp.example/MCP', 'letter_case'],
  ['https://mcp.example/sse', 'path'],
  ['https://mcp.example/mcp?a', 'other'],
  ['mcp.example', 'other'],
]
for (const [url, difference] of differences) {
  test(`${url} differs from https://mcp.example/mcp by ${difference ?? 'nothing'}`, () => {
    assert.equal(differenceBetween(url, 'https://mcp.example/mcp'), difference)
  })
}

test('an origin is the same with and without its slash', () => {
  assert.equal(differenceBetween('https://mcp.example/', 'https://mcp.example'), undefined)
})
