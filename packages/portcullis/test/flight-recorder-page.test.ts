import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parties } from '../src/administration/attempts.ts'
import { partyWords } from '../src/recorder/riddle.ts'
import { riddles } from '../src/recorder/riddles.ts'

const page = readFileSync(new URL('../../../docs/flight-recorder.md', import.meta.url), 'utf8')

test('docs/flight-recorder.md tells every riddle as the program does, and no other', () => {
  const told = page.slice(page.indexOf('## The riddles'), page.indexOf('## What belongs together'))

  assert.deepEqual(
    told.split('\n').filter((line) => line.startsWith('| `')),
    riddles.map(
      ({ code, title, seen, party, fix }) => `| \`${code}\` | ${title} | ${seen} | ${partyWords[party]} | ${fix} |`,
    ),
  )
})

test('docs/flight-recorder.md tells every verdict', () => {
  for (const party of parties) assert.ok(page.includes(`\n| \`${party}\` |`), party)
})
