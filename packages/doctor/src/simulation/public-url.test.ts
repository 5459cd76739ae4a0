import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looksPublic } from './public-url.ts'

for (const url of [
  'https://mcp.acme.com/mcp',
  'https://mcp.acme.com:8443/mcp',
  'https://8.8.8.8/mcp',
  'https://172.32.0.1/mcp',
  'https://[2606:4700::1]/mcp',
])
  test(`${url} looks public`, () => assert.equal(looksPublic(url), true))

for (const url of [
  'http://mcp.acme.com/mcp',
  'https://localhost/mcp',
  'https://app.localhost/mcp',
  'https://printer.local/mcp',
  'https://intranet/mcp',
  'https://127.0.0.1/mcp',
  'https://10.1.2.3/mcp',
  'https://172.16.0.1/mcp',
  'https://192.168.1.1/mcp',
  'https://100.64.0.1/mcp',
  'https://[::1]/mcp',
  'https://[fd00::1]/mcp',
  'https://[fe80::1]/mcp',
])
  test(`${url} does not look public`, () => assert.equal(looksPublic(url), false))
