import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfiguration } from './load.ts'

const cases: [settings: string, outcome: string | RegExp][] = [
  ['', 'http://localhost:7080'],
  ['console: { listen: { host: 127.0.0.1, port: 9000 } }', 'http://127.0.0.1:9000'],
  ['console: { listen: { host: "::1", port: 9000 } }', 'http://[::1]:9000'],
  [
    'console: { listen: { host: 0.0.0.0, port: 9000 }, origin: "https://admin.example.com" }',
    'https://admin.example.com',
  ],
  ['console: { listen: { host: 0.0.0.0, port: 9000 } }', /console\.origin must be set where console\.listen\.host is/],
  ['console: { listen: { host: "::", port: 9000 } }', /console\.origin must be set/],
  ['console: { origin: "https://admin.example.com" }', /console\.origin needs console\.listen/],
  ['console: { listen: { port: 9000 } }', /console\.listen\.host must be an address or host name/],
  ['console: { listen: { host: 127.0.0.1, port: 7080 } }', /console\.listen\.port must be another than .* 7080/],
  [
    'listen: { host: 0.0.0.0, port: 9000 }\nconsole: { listen: { host: 10.0.0.5, port: 9000 } }',
    /console\.listen\.port must be another/,
  ],
  ['console: { listen: { host: 10.0.0.5, port: 7080 } }', 'http://10.0.0.5:7080'],
  ['publicUrl: http://localhost:7080/console', /must not be under \/console, which Portcullis answers itself/],
]

for (const [settings, outcome] of cases)
  test(`law 1: with "${settings}" ${typeof outcome === 'string' ? `the console is at ${outcome}` : 'nothing starts'}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-console-'))
    t.after(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'portcullis.yaml'), settings)

    const loading = loadConfiguration({ folder })

    if (typeof outcome === 'string') assert.equal((await loading).consoleOrigin, outcome)
    else await assert.rejects(loading, outcome)
  })
