#!/usr/bin/env node
import { whyNotNode } from './node-version.ts'

const whyNot = whyNotNode(process.versions.node)
if (whyNot === undefined) {
  // Not a static import: on an older Node it fails while modules are linked, before anybody could say why.
  const { run } = await import('./index.ts')
  process.exitCode = await run(process.argv.slice(2))
} else {
  process.stderr.write(`${whyNot}\n`)
  process.exitCode = 1
}
