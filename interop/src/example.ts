import { readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { createPerson, launchBrowser, whyNoBrowser } from './browser.ts'
import type { ClientKind, InteropClient } from './clients/client.ts'
import { allClients } from './clients/index.ts'
import { sdk1OverSse } from './clients/sdk-1.ts'
import { workFolder } from './folders.ts'
import { type KnownClients, prepareKnownClients } from './known-clients.ts'
import { messageOf, oneLine } from './message.ts'
import { makeOwner } from './owner.ts'
import { within } from './within.ts'

/** `node interop/src/example.ts JSON`: real clients at an example that runs, through its own pages to a tool call. See `scripts/examples/description.ts`. */
const example = JSON.parse(process.argv[2] ?? '{}') as About // of the driver
const missing = whyNoBrowser()
if (missing !== undefined) throw new Error(missing)
const browser = await launchBrowser()
try {
  const { ownerLink, folder, person } = example
  if (ownerLink !== undefined) await makeOwner(browser, readFileSync(join(folder, ownerLink), 'utf8').trim(), person)
  const knownClients = await prepareKnownClients(join(workFolder, `known-clients-of-${example.name}`), {
    scopes: [],
    username: person.username,
  })
  // One after the other: each starts programs that take all of the machine.
  for (const kind of clientsFor(example))
    if (!(await drive(kind, example, { browser, knownClients }))) process.exitCode = 1
  await knownClients.close()
} finally {
  await browser.close()
}

interface About {
  name: string
  /** Where it runs. */
  folder: string
  mcp: string
  person: { username: string; password: string }
  ownerLink?: string
  tool: { name: string; arguments?: Record<string, unknown>; says: string }
  stepUp?: { name: string; arguments?: Record<string, unknown> }
  /** Those to try. Default: all that sign in. */
  clients?: readonly string[]
  isShort: boolean
  /** Where pictures of the pages go that people meet on the way. Default: none are taken. */
  pictures?: string
}

/** Those that people use, and that sign in. */
function clientsFor({ isShort, clients }: About): readonly ClientKind[] {
  const signingIn = isShort
    ? ['sdk-1', 'sdk-2-auto']
    : ['claude-code', 'codex', 'mcp-remote', 'sdk-1', 'sdk-2', 'sdk-2-auto']
  const names = clients ?? signingIn
  return [...allClients, sdk1OverSse].filter(({ name }) => names.includes(name))
}

/** Whether the client came through: it is asked to sign in, does, and calls the tool. */
async function drive(
  kind: ClientKind,
  { name, mcp, person: account, tool, stepUp, pictures }: About,
  { browser, knownClients }: { browser: Browser; knownClients: KnownClients },
): Promise<boolean> {
  const folder = join(workFolder, `example-${name}`, kind.name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const failures = { folder: join(workFolder, 'failures'), name: `${name}-${kind.name}` }
  const taken = pictures === undefined ? undefined : { folder: pictures, name: kind.name }
  const person = await createPerson({ browser, ...account, failures, pictures: taken })
  const client = await kind.create({ url: mcp, folder, person, knownClients })
  const began = performance.now()
  const seconds = () => `${Math.round((performance.now() - began) / 1000)} s`
  try {
    const refused = await within(60, client.connect())
    const visit = await within(60, client.signIn?.() ?? Promise.reject(new Error('It signs nobody in'))).catch(
      (cause) => {
        throw new Error(`Nobody signed in, after ${refused}`, { cause })
      },
    )
    const { text, isError } = await within(90, client.callTool(tool.name, tool.arguments ?? {}))
    if (isError || !text.includes(tool.says)) throw new Error(`${tool.name} says: ${text}`)
    if (stepUp !== undefined) await askForMore(kind, client, stepUp)
    const scopes = visit.consent?.scopes.join(' ') ?? 'nothing'
    console.log(
      `  passed  ${kind.name} ${kind.version()}: allowed ${scopes}; ${tool.name}: ${oneLine(text)} (${seconds()})`,
    )
    return true
  } catch (failure) {
    console.log(`  FAILED  ${kind.name} ${kind.version()}: ${oneLine(messageOf(failure))} (${seconds()})`)
    return false
  } finally {
    await client.close().catch(() => {}) // what it was about was told
    await person.close()
  }
}

/** Throws where a client that lacks a scope does otherwise than is known of it. */
async function askForMore(kind: ClientKind, client: InteropClient, tool: NonNullable<About['stepUp']>): Promise<void> {
  const { text, visits } = await within(90, client.callTool(tool.name, tool.arguments ?? {}))
  const signedIn = kind.stepUp === 'signs in anew' ? 1 : 0
  if (visits.length !== signedIn) throw new Error(`It signed in ${visits.length} times for ${tool.name}: ${text}`)
}
