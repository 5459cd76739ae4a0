import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type ClientProfile, profiles } from '../src/index.ts'
import { type Found, factsOf } from './facts.ts'
import { isFirstHand } from './first-hand.ts'

const schema = JSON.parse(readFileSync(new URL('../schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(schema)

for (const profile of profiles)
  test(`the profile of ${profile.id} holds against schema.json`, () => {
    const holds = validate(profile)

    assert.equal(holds, true, JSON.stringify(validate.errors, undefined, 2))
  })

test('ids are unique, and in order', () => {
  const ids = profiles.map(({ id }) => id)

  assert.deepEqual(ids, [...new Set(ids)].sort())
})

test('nothing of a profile can be changed', () => {
  const [first] = profiles as readonly [ClientProfile]

  assert.throws(() => Object.assign(first.runs, { value: 'elsewhere' }), TypeError)
  assert.throws(() => Object.assign(first.runs.sources, { length: 0 }), TypeError)
})

eachFact('every date is a day that has been', ({ fact }) => {
  const dates = fact.sources.map(({ date }) => (date.length === 7 ? `${date}-01` : date))

  for (const date of dates) {
    assert.equal(new Date(date).toISOString().slice(0, 10), date)
    assert.ok(date >= '2024-11-05', 'MCP is not older than that')
  }
})

eachFact('what is marked H has a source at first hand', ({ profile, fact }) => {
  if (fact.confidence !== 'H') return

  assert.ok(
    fact.sources.some(({ reference }) => isFirstHand(profile.id, reference)),
    fact.sources.map(({ reference }) => reference).join(' '),
  )
})

eachFact('every recording that is named is there', ({ fact }) => {
  for (const { reference } of fact.sources) {
    const [, name] = /^recording:(.+)$/.exec(reference) ?? []
    if (name !== undefined) assert.ok(existsSync(new URL(`../recordings/${name}.json`, import.meta.url)), name)
  }
})

eachFact('redirect URIs are URIs that RFC 8252 and the MCP specification let through', ({ path, fact }) => {
  if (!/^registration\.redirectUris/.test(path)) return

  for (const uri of fact.value as readonly string[]) {
    const { protocol, hostname, hash } = new URL(uri.replace(':{port}', ':1').replace(/\{\w+\}/g, 'x'))
    assert.equal(hash, '', uri)
    if (protocol === 'http:') assert.match(hostname, /^(localhost|127\.0\.0\.1|\[::1\])$/, uri)
    else assert.equal(protocol, 'https:', uri)
  }
})

eachFact('networks are networks', ({ path, fact }) => {
  if (path !== 'network.egress') return

  for (const network of fact.value as readonly string[]) {
    const [address = '', length] = network.split('/')
    assert.equal(isIP(address), 4)
    assert.ok(Number(length) <= 32)
  }
})

for (const { id, registration } of profiles.filter(({ registration }) => registration?.body))
  test(`the registration of ${id} says the same in its body as beside it`, () => {
    const { client_name, redirect_uris, token_endpoint_auth_method } = registration?.body?.value ?? {}

    assert.equal(client_name, registration?.clientName?.value)
    assert.deepEqual(redirect_uris, registration?.redirectUris?.value)
    assert.equal(token_endpoint_auth_method, registration?.authenticationMethod?.value)
  })

test('schema.json names the fields of profile.ts, and no others', () => {
  const source = readFileSync(new URL('../src/profile.ts', import.meta.url), 'utf8')
  const sections = {
    network: 'Network',
    challenge: 'ChallengeHandling',
    protectedResource: 'ProtectedResourceHandling',
    authorizationServer: 'AuthorizationServerHandling',
    registration: 'RegistrationHandling',
    authorization: 'AuthorizationHandling',
  }

  assert.deepEqual(Object.keys(schema.properties), fieldsOf(source, 'ClientProfile'))
  for (const [section, name] of Object.entries(sections))
    assert.deepEqual(Object.keys(schema.$defs[section].properties), fieldsOf(source, name))
})

function fieldsOf(source: string, name: string): readonly string[] {
  const [, body = ''] = new RegExp(`interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source) ?? []
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field = '']) => field)
}

function eachFact(title: string, check: (found: Found & { profile: ClientProfile }) => void): void {
  test(title, () => {
    for (const profile of profiles)
      for (const found of factsOf(profile))
        try {
          check({ ...found, profile })
        } catch (cause) {
          throw new Error(`${profile.id}: ${found.path}`, { cause })
        }
  })
}
