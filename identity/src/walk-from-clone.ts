import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createPerson, launchBrowser } from '../../interop/src/browser.ts'
import { claudeCode } from '../../interop/src/clients/claude-code.ts'
import { startDaemon } from '../../interop/src/daemon.ts'
import { repository } from '../../interop/src/folders.ts'
import { prepareKnownClients } from '../../interop/src/known-clients.ts'
import { makeOwner } from '../../interop/src/owner.ts'
import { freePort } from '../../scripts/free-port.ts'
import { run } from '../../scripts/run.ts'
import { workFolder } from './folders.ts'
import { startKeycloak } from './keycloak.ts'
import { readKeycloakPage } from './keycloak-page.ts'

const folder = join(workFolder, 'from-clone')
const clone = join(folder, 'portcullis')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const began = performance.now()
let before = began
const tell = (step: string) => {
  const now = performance.now()
  console.log(`${((now - before) / 1000).toFixed(1).padStart(6)} s  ${step}`)
  before = now
}

run('git', ['clone', '--quiet', repository, clone], { cwd: folder, quiet: true })
tell('git clone')
const keycloak = await startKeycloak('from-clone-keycloak')
tell('Keycloak starts, with nothing in it')
const port = await freePort()
const page = readKeycloakPage({ keycloak: keycloak.origin, portcullis: `http://localhost:${port}` })
page.run(keycloak, clone)
tell('step 1, in Keycloak: a realm, a client, a group and a person (kcadm.sh)')
appendFileSync(join(clone, 'examples', 'notes', 'portcullis.yaml'), `\n${page.configuration}\n`)
run('npm', ['ci', '--no-progress', '--loglevel=error'], { cwd: clone, quiet: true })
tell('step 2, npm ci')
const env = { PATH: process.env.PATH ?? '', HOME: folder }
const start = ['npm', 'start', '--', '--port', String(port)]
const server = startDaemon(start, { name: 'from-clone', folder: clone, logs: folder, env })
const linkFile = await server.until(
  () => /(\S+portcullis\.owner-link)/.exec(server.stdout() + server.stderr())?.[1],
  60,
)
tell('step 2, npm start')
const browser = await launchBrowser()
const account = { username: 'alice', password: page.password }
await makeOwner(browser, readFileSync(linkFile, 'utf8').trim(), { ...account, isElsewhere: true })
tell('step 2, the owner signs in with Keycloak')
const person = await createPerson({ browser, ...account, failures: { folder, name: 'from-clone' } })
const knownClients = await prepareKnownClients(join(folder, 'known-clients'), { scopes: [], username: 'alice' })
const context = { url: `http://localhost:${port}/mcp`, person, folder: join(folder, 'claude-code'), knownClients }
mkdirSync(context.folder)
const claude = await claudeCode.create(context)
await claude.connect()
await claude.signIn?.()
tell('step 3, Claude Code is added and signs in through Keycloak')
const { text } = await claude.callTool('whoami', {})
tell(`Claude Code calls whoami: ${text}`)
console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  in all`)

await claude.close()
await person.close()
await browser.close()
await knownClients.close()
await server.stop(10)
await keycloak.stop()
