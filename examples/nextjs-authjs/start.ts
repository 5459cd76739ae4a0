import { spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { generateClients } from './setup/clients.ts'
import { prepareEnvironment } from './setup/environment.ts'
import { migrate } from './setup/migrate.ts'

const next = 'node_modules/next/dist/bin/next'

/** `npm start`: everything from an empty folder to an application that runs; what was done before is not done again. */
process.chdir(import.meta.dirname)
process.env.NEXT_TELEMETRY_DISABLED = '1'
prepareEnvironment()
generateClients()
const { AUTH_URL = '', DATABASE_URL = '' } = process.env
await migrate(DATABASE_URL)
const { isAnybodyThere, makePerson } = await import('./setup/person.ts') // with the clients that were just generated
if (!(await isAnybodyThere(DATABASE_URL))) await makePerson(DATABASE_URL, 'ada', process.env.FIRST_PASSWORD)
if (isStale()) build()

const { hostname, port } = new URL(process.env.LISTEN ?? AUTH_URL)
const server = spawn(process.execPath, [next, 'start', '-H', hostname, '-p', port || '3000'], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
server.once('exit', (code) => process.exit(code ?? 0))
console.log(`Marginalia: ${AUTH_URL}\nIts MCP server: ${AUTH_URL}/mcp/mcp`)

function isStale(): boolean {
  const built = '.next/BUILD_ID'
  if (!existsSync(built)) return true
  const sources = globSync(['{app,lib,public,generated}/**', '*.ts', 'package-lock.json', 'node_modules/.installed-library'])
  return sources.some((file) => statSync(file).mtimeMs > statSync(built).mtimeMs)
}

function build(): void {
  const { status } = spawnSync(process.execPath, [next, 'build'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('Next.js could not build the application')
}
