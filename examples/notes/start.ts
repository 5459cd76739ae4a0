import { fileURLToPath } from 'node:url'
import { run } from 'portcullis'
import { startNotes } from './notes.ts'

const configuration = fileURLToPath(new URL('./portcullis.yaml', import.meta.url))
const notes = await startNotes({ port: 0 })
try {
  process.exitCode = await run(['serve', '--config', configuration, '--upstream', notes.url, ...process.argv.slice(2)])
} finally {
  await notes.close()
}
