import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readVscodeChallenge } from './vscode-challenge.ts'

const pointer = 'https://mcp.example.com/x'

// As parseWWWAuthenticateHeader of VS Code 1.138.0 reads them (oauth.js 208).
for (const [header, read] of [
  [undefined, { pointer: undefined, scopes: undefined }],
  ['Bearer', { pointer: undefined, scopes: undefined }],
  [`Bearer resource_metadata="${pointer}", scope="a  b"`, { pointer, scopes: ['a', 'b'] }],
  [`Bearer realm="a, b", resource_metadata=${pointer}`, { pointer, scopes: undefined }],
  [`Basic realm="x", Bearer resource_metadata="${pointer}"`, { pointer, scopes: undefined }],
  [`bearer resource_metadata="${pointer}"`, { pointer: undefined, scopes: undefined }],
  [`Bearer, resource_metadata="${pointer}"`, { pointer, scopes: undefined }],
  ['Bearer scope=""', { pointer: undefined, scopes: undefined }],
  [`resource_metadata="${pointer}"`, { pointer: undefined, scopes: undefined }],
] as const)
  test(`VS Code reads ${header ?? 'no header'}`, () => {
    assert.deepEqual(readVscodeChallenge(header), read)
  })
