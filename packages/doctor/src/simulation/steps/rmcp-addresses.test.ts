import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAllowedAuthorizationServer } from './rmcp-addresses.ts'

const cases: readonly (readonly [server: string, base: string, isAllowed: boolean])[] = [
  ['https://auth.acme.com', 'https://mcp.acme.com/mcp', true],
  ['http://localhost:9000', 'http://127.0.0.1:3000/mcp', true],
  ['http://localhost:9000', 'https://mcp.acme.com/mcp', false],
  ['http://10.0.0.5', 'http://127.0.0.1:3000/mcp', false],
  ['http://10.0.0.5', 'http://10.0.0.5/mcp', false],
  ['http://169.254.169.254', 'https://mcp.acme.com/mcp', false],
  ['http://[fd00::1]', 'https://mcp.acme.com/mcp', false],
  ['http://metadata.google.internal', 'https://mcp.acme.com/mcp', false],
  ['https://172.32.0.1', 'https://mcp.acme.com/mcp', true],
  ['ftp://auth.acme.com', 'https://mcp.acme.com/mcp', false],
]

for (const [server, base, isAllowed] of cases)
  test(`from ${base}, rmcp ${isAllowed ? 'asks' : 'does not ask'} ${server}`, () => {
    assert.equal(isAllowedAuthorizationServer(new URL(server), new URL(base)), isAllowed)
  })
