import type { Attack } from './attack.ts'
import { attacks, attacksFor } from './attacks.ts'
import { coveragePage } from './coverage.ts'
import { type Options, readOptions, usage } from './options.ts'
import { startOurs } from './ours/start.ts'
import { play, type Result } from './play.ts'
import { formatResult, formatSummary, type Report, reportOf } from './report.ts'
import { createSecrets } from './secrets.ts'
import { discover } from './target.ts'
import { createWire } from './wire.ts'

/** Exit code: 0 nothing worked, 1 an attack worked (or, against ours, could not be tried although what it is about is offered), 2 it could not begin. */
export async function main(args: string[]): Promise<number> {
  let options: Options
  try {
    options = await readOptions(args)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return 2
  }
  const chosen = attacks.filter(
    ({ id, from }) => options.only === undefined || [id, ...from].some((text) => options.only?.test(text)),
  )
  if (options.coverage) {
    process.stdout.write(coveragePage(attacks))
    return 0
  }
  if (options.list) {
    for (const { id, tries, safe, from } of chosen)
      console.log(`${id}\n  ${tries}\n  safe: ${safe}\n  ${from.join('; ')}`)
    return 0
  }
  const { issuer } = options
  const ended = issuer === undefined ? await againstOurs(options, chosen) : [await against(issuer, options, chosen)]
  const servers = ended.map(({ report }) => report).filter((report) => report !== undefined)
  if (options.json) console.log(JSON.stringify({ servers }, undefined, 2))
  return Math.max(...ended.map(({ code }) => code))
}

interface Ended {
  code: number
  report?: Report
}

async function againstOurs(options: Options, chosen: readonly Attack[]): Promise<readonly Ended[]> {
  const ours = await startOurs({ source: options.source, say: (line) => console.error(line) })
  const ended: Ended[] = []
  try {
    for (const { name, issuer, ...given } of ours.servers) {
      console.error(`\n=== ${name}`)
      const asked = { ...options, ...given, means: { ...options.means, ...given.means, mayFlood: true } }
      ended.push(await against(issuer, asked, chosen, { isOurs: true }))
    }
  } finally {
    await ours.stop()
  }
  return ended
}

async function against(
  issuer: string,
  { means, resource, scope, json, verbose }: Options,
  chosen: readonly Attack[],
  { isOurs = false }: { isOurs?: boolean } = {},
): Promise<Ended> {
  const say = (line: string) => console.error(line)
  const wire = createWire({ from: undefined, say })
  const target = await discover(issuer, wire.send, { resource, scope }).catch((error: Error) => error)
  wire.close()
  if (target instanceof Error) {
    console.error(`${issuer} cannot be attacked: ${target.message}`)
    return { code: 2 }
  }
  const secrets = createSecrets()
  for (const { secret } of means.clients) if (secret !== undefined) secrets.add('client_secret', secret)
  const print = json ? say : console.log
  const tell = (result: Result) => print(formatResult(result, { verbose }))
  const results = await play(attacksFor(chosen, means), { target, secrets, means, signedIn: undefined }, { say, tell })
  print(formatSummary(results))
  const hasFailed = results.some(({ outcome }) => isFailure(outcome, isOurs))
  return { code: hasFailed ? 1 : 0, report: reportOf(target.issuer, results) }
}

function isFailure(outcome: Result['outcome'], isOurs: boolean): boolean {
  if (outcome.verdict === 'could not try') return isOurs && outcome.because === 'no means'
  return outcome.verdict === 'vulnerable'
}
