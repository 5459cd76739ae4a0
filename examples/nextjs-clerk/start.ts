import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { build, next } from './setup/build.ts'
import { startStandIn } from './setup/stand-in.ts'

/** `npm start`: with the keys of an instance of Clerk in `.env` or the environment, that instance; without, a stand-in for it. */
process.chdir(import.meta.dirname)
if (existsSync('.env')) process.loadEnvFile('.env') // what is set already stays
process.env.APP_URL ??= 'http://localhost:3000'
build()
const standIn = process.env.CLERK_SECRET_KEY === undefined ? await startStandIn(process.env.APP_URL) : undefined

const { hostname, port } = new URL(process.env.APP_URL)
const listen = process.env.PORT ?? (port === '' ? '3000' : port)
const host = hostname === 'localhost' ? ['-H', hostname] : [] // on this machine alone, for this machine alone
const server = spawn(process.execPath, [next, 'start', ...host, '-p', listen], { stdio: 'inherit' })
const stop = () => {
  server.kill()
  standIn?.kill()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
server.once('exit', (code) => {
  standIn?.kill()
  process.exit(code ?? 0)
})
console.log(`Shelf: ${process.env.APP_URL}\nIts MCP server: ${process.env.APP_URL}/mcp`)
