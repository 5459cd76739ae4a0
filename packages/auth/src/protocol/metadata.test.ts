import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorizationServerMetadataUrl, protectedResourceMetadataUrl } from './metadata.ts'

const resources: [resource: string, url: string][] = [
  ['https://mcp.example', 'https://mcp.example/.well-known/oauth-protected-resource'],
  ['https://mcp.example/', 'https://mcp.example/.well-known/oauth-protected-resource'],
  ['https://mcp.example/mcp', 'https://mcp.example/.well-known/oauth-protected-resource/mcp'],
  ['https://mcp.example/mcp/', 'https://mcp.example/.well-known/oauth-protected-resource/mcp/'],
  ['http://localhost:7080/a/b', 'http://localhost:7080/.well-known/oauth-protected-resource/a/b'],
]
for (const [resource, url] of resources) {
  test(`RS-06 the metadata of ${resource} is at ${url} (RFC 9728 §3.1)`, () => {
    assert.equal(protectedResourceMetadataUrl(resource), url)
  })
}

const issuers: [issuer: string, url: string][] = [
  ['https://login.example', 'https://login.example/.well-known/oauth-authorization-server'],
  ['https://login.example/', 'https://login.example/.well-known/oauth-authorization-server'],
  ['https://login.example/t/9', 'https://login.example/.well-known/oauth-authorization-server/t/9'],
  ['https://login.example/t/9/', 'https://login.example/.well-known/oauth-authorization-server/t/9'],
]
for (const [issuer, url] of issuers) {
  test(`AS-03 AS-04 the metadata of ${issuer} is at ${url} (RFC 8414 §3.1)`, () => {
    assert.equal(authorizationServerMetadataUrl(issuer), url)
  })
}
