import { writeFileSync } from 'node:fs'
import { shownPages } from './shown-pages/pages.ts'

/**
 * Puts into the pages on frameworks, providers and moves what they show: files that are compiled and run, and parts that are made of what the product answers.
 * `--check` only looks whether they do.
 */
const isCheck = process.argv.includes('--check')
for (const { name, path, written, wanted } of await shownPages()) {
  if (written === wanted) continue
  if (!isCheck) writeFileSync(path, wanted)
  else {
    console.error(`${name} does not show things as they are: npm run docs`)
    process.exitCode = 1
  }
}
