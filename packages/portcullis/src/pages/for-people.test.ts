import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isForPerson, withPageForNothing } from './for-people.ts'

const firefox = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const chromium =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7'

test('a browser that opens an address is a person, and nothing that an MCP client sends is', () => {
  for (const accept of [firefox, chromium, 'text/html', 'TEXT/HTML;q=0.9'])
    for (const method of ['GET', 'HEAD']) assert.ok(isForPerson(asking(accept, method)), `${method} ${accept}`)

  for (const accept of [
    undefined,
    '',
    '*/*',
    'application/json',
    'text/event-stream',
    'application/json, text/event-stream',
    'text/event-stream, text/html',
    'text/html, application/json;q=0.1',
    'application/xhtml+xml',
    'text/htmlx',
  ])
    assert.ok(!isForPerson(asking(accept)), String(accept))
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) assert.ok(!isForPerson(asking(firefox, method)), method)
})

test('where nothing is, a person gets a page and a program what it got before', async () => {
  const handler = withPageForNothing(
    {
      fetch: async ({ url }) =>
        url.endsWith('/token')
          ? new Response('{}', { status: 405 })
          : new Response('{"error":"not_found"}', { status: 404 }),
    },
    { fetch: async () => new Response('a page', { status: 404 }) },
  )
  const textAt = async (path: string, accept: string) =>
    (await handler.fetch(new Request(`https://mcp.example${path}`, { headers: { accept } }))).text()

  assert.equal(await textAt('/nothing', firefox), 'a page')
  assert.equal(await textAt('/nothing', 'application/json'), '{"error":"not_found"}')
  assert.equal(await textAt('/token', firefox), '{}')
})

function asking(accept: string | undefined, method = 'GET') {
  return { method, headers: new Headers(accept === undefined ? {} : { accept }) }
}
