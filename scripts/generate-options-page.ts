import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatOptionsPage } from './options-page.ts'
import { root } from './tools.ts'

/** `docs/options.md`; with `--check` it is only compared. */
const path = join(root, 'docs/options.md')
const page = formatOptionsPage()
if (!process.argv.includes('--check')) writeFileSync(path, page)
else if (readFileSync(path, 'utf8') !== page)
  throw new Error('docs/options.md is not what the docstrings say; run: npm run docs')
