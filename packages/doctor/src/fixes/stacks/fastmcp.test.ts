import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixContext } from '../fix-context.ts'
import { onFastMcp } from './fastmcp.ts'

const change = { kind: 'authorization_server_metadata' } as const
const target = 'https://mcp.example.com/mcp'

test('where FastMCP is its own issuer, its option serves the metadata, with the endpoints that were seen', () => {
  const issuer = 'https://mcp.example.com'
  const server = { issuer, authorization_endpoint: 'https://login.example.com/authorize' }

  const code = onFastMcp(change, fixContext(target, [server]))

  assert.match(code?.text ?? '', /authorizationEndpoint: 'https:\/\/login\.example\.com\/authorize'/)
})

test('the metadata of another host is not FastMCP’s to serve: clients look for it there', () => {
  const resource = { resource: target, authorization_servers: ['https://login.example.com'] }

  assert.equal(onFastMcp(change, fixContext(target, [resource])), undefined)
})
