import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResourceServer } from '@portcullis/auth'
import { issuer } from './world.ts'

function ownPaths(...resources: [string, ...string[]]) {
  const [resource, ...alsoServedAt] = resources
  const server = createResourceServer({ resource, alsoServedAt, authorizationServers: [issuer] })
  return (url: string) => server.isOwn({ url })
}

/** What a router may take for `/notes/mcp`, each with the router that does. */
const readings: Readonly<Record<string, string>> = {
  'as it stands': '/notes/mcp',
  'with a query': '/notes/mcp?x=/elsewhere',
  'with a slash at its end (Express)': '/notes/mcp/',
  'in other letters (Express)': '/Notes/MCP',
  'percent-encoded (Fastify, Hono)': '/notes/%6Dcp',
  'percent-encoded, its slash too': '/notes%2fmcp',
  'percent-encoded twice, behind what decodes once': '/notes/%256Dcp',
  'with doubled slashes': '//notes///mcp',
  'with a back slash': '\\notes\\mcp',
  'with a dot segment': '/notes/./mcp',
  'by way of a directory above (web types)': '/other/../notes/mcp',
  'by way of an encoded directory above': '/other/%2e%2E/notes/mcp',
  'left again by a directory above (a prefix of Express)': '/notes/mcp/../../other',
  'with parameters (Fastify 4)': '/notes;v=1/mcp;x=/y',
  'with a fragment': '/notes/mcp#elsewhere',
  'behind two slashes, which web types take for a host': '//evil.example/notes/mcp',
  'behind a host of two slashes that lean back': '/\\evil.example/notes/mcp?x',
  'behind a host that has no slash at its end but a dot segment': '///evil.example/../notes/mcp',
  'as an absolute target with a slash too many': 'http:///evil/notes/mcp',
  'as an absolute target of no host (Express)': 'http:///notes/mcp',
  'as an absolute target': 'http://evil.example/notes/mcp',
  'as an absolute target in the letters of nobody': 'HTTP://evil.example//notes/MCP?x',
  'without its first slash': 'notes/mcp',
  'what is below (a prefix of Express, a wildcard)': '/notes/mcp/sse',
  'what ends in a dot and more (a prefix of connect)': '/notes/mcp.json',
  'with an empty step that a directory above takes back (web types)': '/notes//../mcp',
  'with such a step that is encoded': '/notes//%2e%2e/mcp',
  'as an absolute target with a query before its path (Fastify 4)': 'http://evil?x/notes/mcp',
  'as an absolute target with a host that ends where nobody would think (url.parse)': 'http://evil%2fnotes/mcp',
}

for (const [how, url] of Object.entries(readings))
  test(`law 1: whatever a router takes for the path of the resource is its own: ${how}`, () => {
    const isOwn = ownPaths('https://mcp.example/notes/mcp')

    assert.equal(isOwn(url), true)
  })

test('law 1: letters that become others without regard to case are the resource’s, as they are for routers (Fastify)', () => {
  const isOwn = ownPaths('https://mcp.example/kit/b%C3%BCcher')

  for (const path of ['/%E2%84%AAit/b%C3%BCcher', '/kit/B%C3%9CCHER', '/%E2%84%AAIT/b%c3%9ccher'])
    assert.equal(isOwn(path), true, path)
})

test('what is not of the resource is none of its business', () => {
  const isOwn = ownPaths('https://mcp.example/notes/mcp')
  const others = [
    '/',
    '/notes',
    '/notes/',
    '/notes/mcp-admin',
    '/notes/mcpx',
    '/mcp',
    '/other/notes/mcp',
    '/login?to=/notes/mcp',
    '*',
    '/.well-known/oauth-authorization-server/notes/mcp',
    '/.well-known/oauth-protected-resource/other',
    'https://mcp.example/login',
  ]

  assert.deepEqual(others.filter(isOwn), [])
})

test('RS-06 its metadata is its own, in the path form and the root form, with and without a slash at the end', () => {
  const isOwn = ownPaths('https://mcp.example/notes/mcp')
  const wellKnown = '/.well-known/oauth-protected-resource'
  const forms = [wellKnown, `${wellKnown}/`, `${wellKnown}/notes/mcp`, `${wellKnown}/notes/mcp/`, `${wellKnown}?x=1`]

  assert.deepEqual(
    forms.filter((form) => !isOwn(form)),
    [],
  )
})

test('each URL at which the server is reached is its own, and nothing between them', () => {
  const isOwn = ownPaths('https://mcp.example/notes/mcp', 'https://mcp.example/notes/sse')

  assert.deepEqual(['/notes/mcp', '/notes/sse', '/notes/else', '/notes'].map(isOwn), [true, true, false, false])
})

test('a resource that is an origin has every path, since whatever is routed to it there must be guarded', () => {
  for (const resource of ['https://mcp.example', 'https://mcp.example/']) {
    const isOwn = ownPaths(resource)

    assert.deepEqual(['/', '/anything', '//', '/a/../b'].map(isOwn), [true, true, true, true])
  }
})

test('a path whose own letters are encoded or capital is found again, as are two that differ in that alone', () => {
  const isOwn = ownPaths('https://mcp.example/Notizen/%C3%BCber')

  assert.deepEqual(['/Notizen/%C3%BCber', '/notizen/%c3%bcber', '/Notizen/%C3%BC'].map(isOwn), [true, true, false])
})
