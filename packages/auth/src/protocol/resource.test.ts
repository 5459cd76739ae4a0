import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopbackHost, originOf, pathOf, sameIdentifier, whyNotIdentifier } from './resource.ts'

const identifiers = [
  'https://mcp.example',
  'https://mcp.example/',
  'https://mcp.example/mcp',
  'https://mcp.example/mcp/',
  'https://mcp.example:8443/a/b',
  'http://localhost:7080/mcp',
  'http://127.0.0.1:7080',
  'http://[::1]:7080/mcp',
  'http://mcp.localhost/mcp',
]
for (const text of identifiers) {
  test(`RS-31 ${text} can be the identifier of a resource or an issuer`, () => {
    assert.equal(whyNotIdentifier(text), undefined)
  })
}

const notIdentifiers: [text: string, why: RegExp][] = [
  ['', /absolute/],
  ['mcp.example/mcp', /absolute/],
  ['/mcp', /absolute/],
  ['ftp://mcp.example/mcp', /https/],
  ['javascript:alert(1)', /https/],
  ['http://mcp.example/mcp', /loopback/],
  ['http://localhost.example/mcp', /loopback/],
  ['http://0.0.0.0/mcp', /loopback/],
  ['https://user@mcp.example/mcp', /user name/],
  ['https://user:secret@mcp.example/mcp', /user name/],
  ['https://mcp.example/mcp#x', /fragment/],
  ['https://mcp.example/mcp#', /fragment/],
  ['https://mcp.example/mcp?a=b', /query/],
  ['https://mcp.example/mcp?', /query/],
  ['https://MCP.example/mcp', /canonical/],
  ['HTTPS://mcp.example/mcp', /canonical/],
  ['https://mcp.example:443/mcp', /canonical/],
  ['https://mcp.example/a/../mcp', /canonical/],
  ['https://mcp.example/ü', /canonical/],
  [' https://mcp.example/mcp', /canonical/],
]
for (const [text, why] of notIdentifiers) {
  test(`RS-31 law 1: ${JSON.stringify(text)} cannot be an identifier, and the reason says why`, () => {
    assert.match(whyNotIdentifier(text) ?? '', why)
  })
}

test('a password in an identifier is not repeated in the reason', () => {
  assert.doesNotMatch(whyNotIdentifier('https://user:secret@mcp.example/mcp') ?? '', /secret/)
})

const pairs: [a: string, b: string, same: boolean][] = [
  ['https://mcp.example/mcp', 'https://mcp.example/mcp', true],
  ['https://mcp.example', 'https://mcp.example/', true],
  ['https://mcp.example/mcp', 'https://mcp.example/mcp/', false],
  ['https://mcp.example/mcp', 'https://mcp.example', false],
  ['https://mcp.example/mcp', 'https://mcp.example/MCP', false],
  ['https://mcp.example', 'https://mcp.example:443', false],
  ['https://mcp.example', 'http://mcp.example', false],
  ['https://mcp.example', 'https://mcp.example//', false],
  ['https://mcp.example', 'https://mcp.example.evil.example', false],
  ['https://mcp.example/', 'https://mcp.example/?', false],
]
for (const [a, b, same] of pairs) {
  test(`RS-31 law 13: ${a} and ${b} ${same ? 'are' : 'are not'} the same identifier`, () => {
    assert.equal(sameIdentifier(a, b), same)
    assert.equal(sameIdentifier(b, a), same)
  })
}

const hosts: [hostname: string, is: boolean][] = [
  ['localhost', true],
  ['mcp.localhost', true],
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['[::1]', true],
  ['localhost.example', false],
  ['notlocalhost', false],
  ['127.0.0.1.example', false],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['[::ffff:7f00:1]', false],
  ['', false],
]
for (const [hostname, is] of hosts) {
  test(`law 1: the host ${JSON.stringify(hostname)} ${is ? 'is' : 'is not'} loopback`, () => {
    assert.equal(isLoopbackHost(hostname), is)
  })
}

test('an identifier has an origin and a path, and the slash of an origin is no path', () => {
  assert.deepEqual(
    [originOf('https://mcp.example:8443/a/b'), pathOf('https://mcp.example:8443/a/b')],
    ['https://mcp.example:8443', '/a/b'],
  )
  assert.deepEqual(
    [pathOf('https://mcp.example'), pathOf('https://mcp.example/'), pathOf('https://mcp.example/a/')],
    ['', '', '/a/'],
  )
})
