import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mistakenServerMetadataPlaces, resourceMetadataPlaces, serverMetadataPlaces } from './places.ts'

test('the metadata of a resource with a path is looked for before the path, at the root and behind the path', () => {
  assert.deepEqual(resourceMetadataPlaces('https://mcp.example/a/mcp'), {
    path: 'https://mcp.example/.well-known/oauth-protected-resource/a/mcp',
    root: 'https://mcp.example/.well-known/oauth-protected-resource',
    suffix: 'https://mcp.example/a/mcp/.well-known/oauth-protected-resource',
  })
})

test('the metadata of an origin is looked for at one place', () => {
  assert.equal(new Set(Object.values(resourceMetadataPlaces('https://mcp.example'))).size, 1)
})

test('the metadata of an issuer is looked for in the order of the specification', () => {
  assert.deepEqual(
    serverMetadataPlaces('https://as.example/t/1').map(({ url }) => url),
    [
      'https://as.example/.well-known/oauth-authorization-server/t/1',
      'https://as.example/.well-known/openid-configuration/t/1',
      'https://as.example/t/1/.well-known/openid-configuration',
    ],
  )
  assert.deepEqual(
    serverMetadataPlaces('https://as.example').map(({ url }) => url),
    [
      'https://as.example/.well-known/oauth-authorization-server',
      'https://as.example/.well-known/openid-configuration',
    ],
  )
})

test('places of mistakes are none of the right ones, and each stands there once', () => {
  const places = mistakenServerMetadataPlaces('https://mcp.example/t/1', 'https://mcp.example/mcp').map(
    ({ url }) => url,
  )

  assert.deepEqual(places, [
    'https://mcp.example/t/1/.well-known/oauth-authorization-server',
    'https://mcp.example/.well-known/oauth-authorization-server',
    'https://mcp.example/.well-known/openid-configuration',
    'https://mcp.example/.well-known/oauth-authorization-server/mcp',
  ])
})
