import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { explainStop } from '../src/causes/stops.ts'
import { findingCodes } from '../src/findings/finding-texts.ts'
import type { Report } from '../src/index.ts'
import { steps } from '../src/render/step-names.ts'
import type { Caveat } from '../src/simulation/walk.ts'
import { ran } from './io.ts'
import { type Changes, letIn, page, startMcpServer } from './mcp-server.ts'

const schema = JSON.parse(readFileSync(new URL('../report.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ allErrors: true, strictTypes: false, formats: { 'date-time': true } }).compile(schema)

const servers: Readonly<Record<string, Changes>> = {
  'a healthy one': {},
  'one without a challenge': { header: () => undefined },
  'one that lets everybody in': { challenge: letIn },
  'one with a page instead of metadata': { routes: { '/.well-known/oauth-protected-resource/mcp': page(200) } },
  'one that names its origin and promises no S256': {
    resource: (document, origin) => ({ ...document, resource: origin }),
    server: (document) => ({ ...document, code_challenge_methods_supported: undefined }),
  },
  'one without registration, with many scopes': {
    resource: (document) => ({ ...document, scopes_supported: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }),
    server: (document) => ({ ...document, registration_endpoint: undefined }),
    routes: { '/register': undefined },
  },
  'one without any documents': { resource: () => undefined, server: () => undefined },
}

for (const [name, changes] of Object.entries(servers))
  test(`the report on ${name} is as report.schema.json has it`, async () => {
    const { origin } = await startMcpServer(changes)

    const report = await reportOn(`${origin}/mcp`)

    assert.ok(validate(report), JSON.stringify(validate.errors, undefined, 2))
  })

test('so is the report on a server that is not there, and on one client alone', async () => {
  for (const argv of [[], ['--client', 'codex']])
    assert.ok(validate(await reportOn('http://127.0.0.1:1/mcp', ...argv)), JSON.stringify(validate.errors))
})

test('the report says its exit code, and its counts are those of its clients', async () => {
  const { origin } = await startMcpServer()

  const { code, out } = await ran([`${origin}/mcp`, '--json'])

  const report = JSON.parse(out) as Report
  assert.equal(report.exitCode, code)
  for (const [verdict, count] of Object.entries(report.counts))
    assert.equal(report.clients.filter((client) => client.verdict === verdict).length, count)
})

test('every code, reason, step and caveat that there is stands in the schema, and no other', () => {
  const { findingCode, stopReason, step, caveat } = schema.$defs

  assert.deepEqual(sorted(findingCode.enum), sorted(findingCodes))
  assert.deepEqual(sorted(stopReason.enum), sorted(Object.keys(explainStop)))
  assert.deepEqual(
    step.enum,
    steps.map((each) => each.step),
  )
  const kinds = caveat.oneOf.map((one: { properties: { kind: { const: string } } }) => one.properties.kind.const)
  assert.deepEqual(sorted(kinds), sorted(Object.keys(everyCaveat)))
})

test('a field of ours that the schema does not know is refused', async () => {
  const report = await reportOn('http://127.0.0.1:1/mcp')

  assert.ok(!validate({ ...(report as object), more: 1 }))
})

/** The compiler sees to it that this is all of them. */
const everyCaveat: Readonly<Record<Caveat['kind'], true>> = {
  needs_public_url: true,
  needs_allowed_address: true,
  needs_static_client: true,
  guesses_endpoints: true,
  disregards_resource_metadata: true,
  anonymous: true,
  asks_for_no_refresh: true,
  asks_for_all_scopes: true,
  slow: true,
  weak_evidence: true,
}

async function reportOn(url: string, ...argv: readonly string[]): Promise<unknown> {
  return JSON.parse((await ran([url, '--json', ...argv])).out)
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort()
}
