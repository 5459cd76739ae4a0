import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatClientsPage } from '../../../scripts/clients/page.ts'
import { readProfiles } from '../../../scripts/clients/profile-files.ts'
import { factsOf } from './facts.ts'

test('docs/clients.md is what the profiles say', () => {
  const page = readFileSync(new URL('../../../docs/clients.md', import.meta.url), 'utf8')

  assert.equal(page, formatClientsPage(readProfiles()), 'run: npm run docs')
})

test('the page has every source of every value, with its day', () => {
  const page = formatClientsPage(readProfiles())
  const sources = readProfiles().flatMap((profile) => factsOf(profile).flatMap(({ fact }) => fact.sources))

  for (const { reference, date } of sources)
    assert.ok(page.includes(reference.replace(/^(recording|source):/, '')) && page.includes(date), reference)
})
