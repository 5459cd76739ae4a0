import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { whyNotReached } from './listening.ts'
import { loadConfiguration } from './load.ts'

/** Where no file is read. */
const folder = `${tmpdir()}/no-such-folder`

test('without a port, it listens on the one that a public URL of this machine names, and else on 7080', async () => {
  const cases: [string, number][] = [
    ['http://localhost:9000/mcp', 9000],
    ['http://127.0.0.1:9000/mcp', 9000],
    ['http://[::1]:9000/mcp', 9000],
    ['http://localhost/mcp', 7080],
    ['http://localhost:0/mcp', 7080],
    ['https://localhost:9000/mcp', 7080], // spoken by a proxy, which has the port
    ['https://mcp.example:9000/mcp', 7080],
  ]

  for (const [publicUrl, port] of cases) {
    const { listen } = await loadConfiguration({ folder, flags: { publicUrl } })
    assert.equal(listen.port, port, publicUrl)
    assert.equal(listen.host, '127.0.0.1')
  }
})

test('in a container, where other machines are let in, the port stays what is published', async () => {
  const environment = { PORTCULLIS_LISTEN_HOST: '0.0.0.0' }

  const configuration = await loadConfiguration({
    folder,
    environment,
    flags: { publicUrl: 'http://localhost:9000/mcp' },
  })

  assert.equal(configuration.listen.port, 7080)
  assert.equal(whyNotReached(configuration), undefined)
})

test('a port that is set stands, and is warned of where a public URL of this machine names another', async () => {
  const cases: [string, string, RegExp | undefined][] = [
    ['http://localhost:9000/mcp', '7080', /^publicUrl names port 9000 .* listens on 7080: .* set listen\.port to 9000/],
    ['http://127.0.0.1:9000/mcp', '7080', /port 9000/],
    ['http://[::1]:9000/mcp', '9000', /names \[::1\], and Portcullis listens on 127\.0\.0\.1: .* listen\.host/],
    ['http://localhost:3000/mcp', '3000', /port 3000 of this machine, which is the upstream's: .* listen\.port/],
    ['http://localhost/mcp', '7080', /port 80 /],
    ['http://localhost:9000/mcp', '9000', undefined],
    ['http://localhost:9000/mcp', '0', undefined], // takes a free one: whoever says so finds it
    ['https://localhost:9000/mcp', '7080', undefined],
    ['https://mcp.example/mcp', '7080', undefined],
  ]

  for (const [publicUrl, port, expected] of cases) {
    const configuration = await loadConfiguration({
      folder,
      flags: { publicUrl, port, upstream: 'http://127.0.0.1:3000/other' },
    })
    assert.equal(configuration.listen.port, Number(port))
    const said = whyNotReached(configuration)
    if (expected === undefined) assert.equal(said, undefined, publicUrl)
    else assert.match(said ?? '', expected)
  }
})
