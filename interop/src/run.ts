import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { createPerson, launchBrowser } from './browser.ts'
import type { ClientKind } from './clients/client.ts'
import { parseOptions } from './options.ts'
import { type ClientReport, formatReport, passed } from './report.ts'
import { runSteps, type StepResult } from './steps.ts'
import type { Target } from './target.ts'

const work = new URL('../.work', import.meta.url).pathname

const options = parseOptions(process.argv.slice(2))
const browser = await launchBrowser()
const reports: ClientReport[] = []
for (const kind of options.clients) {
  console.error(`${kind.name} ${kind.version() ?? ''} …`)
  reports.push(await runClient(kind, options.target, browser))
}
await browser.close()
console.log(formatReport(reports))
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(reports, undefined, 2)}\n`)
const skipped = reports.some(({ version }) => version === undefined)
const failed = reports.some(({ version, steps }) => version !== undefined && !passed([{ client: '', version, steps }]))
process.exitCode = failed || (skipped && process.env.CI === 'true') ? 1 : 0

async function runClient(kind: ClientKind, target: Target, browser: Browser): Promise<ClientReport> {
  const version = kind.version()
  if (version === undefined) return { client: kind.name, version, steps: [] }
  const folder = join(work, kind.name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const failures = { folder: join(work, 'failures'), name: kind.name }
  const { username, password } = target
  const person = await createPerson({ browser, username, password, failures })
  const client = await kind.create({ url: target.url, folder, person })
  let steps: readonly StepResult[]
  try {
    steps = await runSteps({ kind, client, person, target })
  } finally {
    await client.close()
    await person.close()
  }
  return { client: kind.name, version, steps }
}
