import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../evidence/exchange.ts'
import { finding } from '../findings/finding.ts'
import { documentsIn, fixContext, issuerToName } from './fix-context.ts'
import { openPaths } from './stacks/open-paths.ts'

const url = 'https://mcp.example/.well-known/oauth-authorization-server'

test('a document that was handed on is known by its endpoints: they stand at the issuer that it names', () => {
  const mismatch = { issuer: 'https://login.example', expected: 'https://mcp.example', url }
  const exchanges = [answered({ issuer: mismatch.issuer, authorization_endpoint: 'https://login.example/authorize' })]

  assert.equal(
    issuerToName(finding('issuer_mismatch', mismatch), documentsIn(exchanges), 'https://mcp.example/mcp'),
    'https://login.example',
  )
})

test('a server that says a wrong name of itself has handed nothing on', () => {
  const mismatch = { issuer: 'https://inner.example', expected: 'https://mcp.example', url }
  const exchanges = [answered({ issuer: mismatch.issuer, authorization_endpoint: 'https://mcp.example/authorize' })]

  assert.equal(
    issuerToName(finding('issuer_mismatch', mismatch), documentsIn(exchanges), 'https://mcp.example/mcp'),
    undefined,
  )
})

test('an issuer that is no plain URL comes into no line that people paste', () => {
  const issuer = "https://login.example/'+evil+'"
  const exchanges = [answered({ issuer, authorization_endpoint: 'https://login.example/authorize' })]
  const mismatch = { issuer, expected: 'https://mcp.example', url }

  assert.equal(
    issuerToName(finding('issuer_mismatch', mismatch), documentsIn(exchanges), 'https://mcp.example/mcp'),
    undefined,
  )
})

for (const mark of ['\u001b[31m', '\u202e', '\u200b', '\ud800'])
  test(`an endpoint with ${JSON.stringify(mark)} in it comes into no line that people paste`, () => {
    const documents = [{ issuer: 'https://login.example', token_endpoint: `https://login.example/${mark}token` }]

    assert.equal(
      fixContext('https://mcp.example/mcp', documents).tokenEndpoint,
      'https://login.example/YOUR-TOKEN-PATH',
    )
    for (const value of Object.values(fixContext(`https://mcp.example/${mark}`, [])).flat())
      assert.doesNotMatch(String(value), /\p{C}/u)
  })

test('nothing in a URL ends a string, a word or a block of the code that it is pasted in', () => {
  const context = fixContext(`https://a'$b.example/m'\`\${x};{y}\\?q='\`$(id);`, [])

  for (const [name, value] of Object.entries(context))
    for (const each of [value].flat()) assert.match(String(each), /^[^'"`\\${};\s]+$/, name)
})

test('what an outsider lists as authentication methods comes into the lines only where it is a plain name', () => {
  const context = fixContext('https://mcp.example/mcp', [], {
    authenticationMethods: ['none', 'client_secret_post', "x'], evil: ['"],
  })

  assert.deepEqual(context.authenticationMethods, ['none', 'client_secret_post'])
})

test('a path that means something to the rules of a router stands in none of them', () => {
  const endpoint = 'https://mcp.example/a)|.*(?:b'
  const context = fixContext('https://mcp.example/mcp', [], {
    registration: endpoint,
    token: 'https://mcp.example/token',
  })

  assert.deepEqual(openPaths(context), ['/mcp', '/token'])
})

test('a sign-in server of another host opens no path here', () => {
  const documents = [{ authorization_servers: ['https://login.example'] }]
  const seen = { token: 'https://mcp.example/admin' }

  assert.deepEqual(fixContext('https://mcp.example/mcp', documents, seen).signInPaths, [])
  assert.deepEqual(
    fixContext('https://login.example/mcp', documents, { token: 'https://login.example/token' }).signInPaths,
    ['/token'],
  )
})

test('a usual URL stays byte for byte', () => {
  assert.equal(fixContext('https://mcp.example.com', []).target, 'https://mcp.example.com')
})

function answered(document: Record<string, unknown>): Exchange {
  return {
    id: 1,
    request: { method: 'GET', url, headers: {} },
    outcome: { kind: 'answer', status: 200, headers: [], body: JSON.stringify(document) },
  } as unknown as Exchange // what is read of it here
}
