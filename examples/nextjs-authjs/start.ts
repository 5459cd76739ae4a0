import { spawn } from 'node:child_process'
import { build, next } from './setup/build.ts'
import { prepareEnvironment } from './setup/environment.ts'
import { migrate } from './setup/migrate.ts'

/** `npm start`: everything from an empty folder to an application that runs. What was done before is not done again. */
process.chdir(import.meta.dirname)
prepareEnvironment()
build()
const { AUTH_URL = '', DATABASE_URL = '', FIRST_PASSWORD } = process.env
await migrate(DATABASE_URL)
const { isAnybodyThere, makePerson } = await import('./setup/person.ts') // with the clients that were just generated
if (!(await isAnybodyThere(DATABASE_URL))) await makePerson(DATABASE_URL, 'ada', FIRST_PASSWORD)

const { hostname, port } = new URL(AUTH_URL)
const server = spawn(process.execPath, [next, 'start', '-H', hostname, '-p', port || '3000'], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
server.once('exit', (code) => process.exit(code ?? 0))
console.log(`Marginalia: ${AUTH_URL}\nIts MCP server: ${AUTH_URL}/mcp/mcp`)
