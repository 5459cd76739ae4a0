import { readFileSync, writeFileSync } from 'node:fs'
import { pagesWithExamples, withExamples } from './doctor/examples.ts'

for (const name of pagesWithExamples) {
  const page = new URL(`../${name}`, import.meta.url)
  writeFileSync(page, await withExamples(readFileSync(page, 'utf8')))
}
