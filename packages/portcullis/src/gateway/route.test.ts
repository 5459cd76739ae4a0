import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseTarget, upstreamPath } from './route.ts'

test('a target is a path of visible ASCII, with what follows its first question mark', () => {
  const cases: [string | undefined, ReturnType<typeof parseTarget>][] = [
    ['/mcp', { path: '/mcp', query: '' }],
    ['/mcp?', { path: '/mcp', query: '?' }],
    ['/mcp?a=1?b', { path: '/mcp', query: '?a=1?b' }],
    ['/', { path: '/', query: '' }],
    ['//evil.example/mcp', undefined],
    ['/\\evil.example/mcp', undefined],
    ['http://evil.example/mcp', undefined],
    ['*', undefined],
    ['', undefined],
    [undefined, undefined],
    ['/mcp\u0000', undefined],
    ['/m cp', undefined],
    ['/ümcp', undefined],
  ]

  for (const [url, expected] of cases) assert.deepEqual(parseTarget(url), expected, url)
})

test('whatever a target is, its path cannot change the host of a URL made of it', () => {
  const part = fc.constantFrom('/', '\\', '@', ':', '?', '#', '.', 'a', '%2f', '\t', ' ')
  const crooked = fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('')}`)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webPath(), crooked), (url) => {
      const target = parseTarget(url)

      if (target === undefined) return
      assert.equal(target.path + target.query, url)
      assert.equal(new URL(url, 'https://mcp.example').host, 'mcp.example')
    }),
    { numRuns: 2000 },
  )
})

test('the upstream is asked at its own path; its own query stands instead of the client’s', () => {
  assert.equal(upstreamPath(new URL('http://u/a/mcp'), '?x=1'), '/a/mcp?x=1')
  assert.equal(upstreamPath(new URL('http://u/mcp?tenant=1'), '?tenant=2'), '/mcp?tenant=1')
  assert.equal(upstreamPath(new URL('http://u'), ''), '/')
})
