import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unboundEndpoint } from './codex-endpoints.ts'
import type { RmcpServerMetadata } from './rmcp-server-metadata.ts'

test('an endpoint at the origin of the issuer, or of the token endpoint, is bound', () => {
  assert.equal(unboundEndpoint(metadata({})), undefined)
  assert.equal(unboundEndpoint(metadata({ tokenEndpoint: 'https://b.example/token' })), undefined)
  assert.equal(unboundEndpoint(metadata({ issuer: 'https://b.example' })), undefined)
})

test('an endpoint at an origin of its own is bound only by RFC 9207', () => {
  const apart = { issuer: 'https://b.example', tokenEndpoint: 'https://b.example/token' }

  const document = { authorization_response_iss_parameter_supported: true }

  assert.match(unboundEndpoint(metadata(apart)) ?? '', /^OAuth authorization endpoint origin does not match/)
  assert.equal(unboundEndpoint(metadata({ ...apart, document })), undefined)
})

test('without an issuer, the two endpoints must be at one origin', () => {
  const apart = metadata({ issuer: undefined, tokenEndpoint: 'https://b.example/token' })

  assert.match(unboundEndpoint(apart) ?? '', /^OAuth token endpoint origin does not match/)
})

function metadata(values: Partial<RmcpServerMetadata>): RmcpServerMetadata {
  return {
    authorizationEndpoint: 'https://a.example/authorize',
    tokenEndpoint: 'https://a.example/token',
    issuer: 'https://a.example',
    registrationEndpoint: undefined,
    scopes: undefined,
    responseTypes: undefined,
    codeChallengeMethods: undefined,
    document: {},
    ...values,
  }
}
