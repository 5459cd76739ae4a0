#!/usr/bin/env node
import { whyNotNode } from './node-version.ts'

const whyNot = whyNotNode(process.versions.node)
// Who reads the output may have seen enough (`portcullis --help | head -3`): no fault, and nobody left to tell of one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

if (whyNot === undefined) {
  // Not a static import: on an older Node it fails while modules are linked, before anybody could say why.
  const { run } = await import('./index.ts')
  process.exitCode = await run(process.argv.slice(2))
} else {
  process.stderr.write(`${whyNot}\n`)
  process.exitCode = 1
}
