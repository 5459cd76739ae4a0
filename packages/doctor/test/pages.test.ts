import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { pagesWithExamples, withExamples } from '../../../scripts/doctor/examples.ts'

for (const name of pagesWithExamples)
  test(`the words of the doctor in ${name} are what it says today`, async () => {
    const page = readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')

    assert.match(page, /<!-- doctor: /)
    assert.equal(page, await withExamples(page), 'run: npm run docs')
  })
