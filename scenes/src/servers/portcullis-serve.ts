import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { startNotes } from '../../../examples/notes/notes.ts'
import { port } from './place.ts'

/** The gateway as the README starts it, in front of the example server. */
const [repository = ''] = process.argv.slice(2)
const { url } = await startNotes({ port: port + 1, log: () => {} })
const program = join(repository, 'packages', 'portcullis', 'src', 'cli.ts')
const serve = ['--conditions=source', program, 'serve', '--upstream', url, '--port', String(port), '--dev']
spawn(process.execPath, serve, { stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 1))
