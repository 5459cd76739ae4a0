import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import {
  type AttemptFilter,
  type AttemptView,
  attemptsBesideServer,
  exportAttempt,
  followAttempts,
  listAttempts,
  parties,
  showAttempt,
} from '../administration/attempts.ts'
import type { Administration } from '../administration/operation.ts'
import type { Io } from '../io.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { riddles } from '../recorder/riddles.ts'
import { formatAttempt, timeOf } from './attempt-text.ts'
import { withDatabase } from './database.ts'
import { EndedCommand } from './ended-command.ts'
import { showExamples, takeDatabase } from './options.ts'
import { formatTable, jsonText, printJson } from './output.ts'

/** `portcullis attempts …` */
export function addAttemptsCommand(program: Command, io: Io): void {
  const attempts = program
    .command('attempts')
    .description('See how each client tried to connect, as a timeline with a verdict (the flight recorder).')
  addList(attempts, io)
  addShow(attempts, io)
  addExport(attempts, io)
  addWatch(attempts, io)
  addDoctor(attempts, io)
}

interface ListOptions {
  client?: string
  verdict?: string
  user?: string
  since?: string
  text?: string
  limit?: string
  json?: boolean
}

function takeFilter(command: Command): Command {
  return takeDatabase(command)
    .option('--client <name>', 'Only those of a client, by a part of its name.')
    .option('--verdict <verdict>', `Only those with a verdict: ${parties.join(', ')}, or the code of a riddle.`)
    .option('--user <name>', 'Only those of one person.')
    .option('--since <time>', 'Only those that changed since: 30m, 8h, 7d, or a date such as 2026-11-27.')
    .option('--text <text>', 'Only those with a text: an address, a client identifier, the reference on an error page.')
}

function addList(attempts: Command, io: Io): void {
  const command = attempts
    .command('list')
    .description('List the attempts, the latest first: which client, whose doing, and why.')
    .option('--limit <number>', 'At most so many. Default: 50.')
  showExamples(
    takeFilter(command),
    'attempts list',
    'attempts list --client claude --since 8h',
    'attempts list --verdict your_edge',
    'attempts list --text k7w2mq9xzr',
  ).action((_, command: Command) =>
    withDatabase(command, io, async ({ administration }) => {
      const options = command.opts<ListOptions>()
      const views = await listAttempts(await attemptsBesideServer(administration), filterOf(options), {
        limit: limitOf(options),
      })
      if (options.json) return printJson(io.stdout, views)
      if (views.length === 0) return void io.stdout.write(`${whyNone(administration, filterOf(options))}\n`)
      io.stdout.write(formatTable(columns, views.map(rowOf)))
    }),
  )
}

function addShow(attempts: Command, io: Io): void {
  const command = attempts
    .command('show')
    .argument('<attempt>', 'its id, as "attempts list" shows it')
    .description('Show one attempt: the verdict, what to do, and each request with what it means.')
  showExamples(takeDatabase(command), 'attempts show 2xk9hx3fa1b2c3d4', 'attempts show 2xk9hx3fa1b2c3d4 --json').action(
    (id: string, _, command: Command) =>
      withDatabase(command, io, async ({ administration }) => {
        const view = await showAttempt(await attemptsBesideServer(administration), id)
        if (command.opts().json) return printJson(io.stdout, view)
        io.stdout.write(formatAttempt(view, { colors: io.stdout.isTTY === true }))
      }),
  )
}

function addExport(attempts: Command, io: Io): void {
  const command = attempts
    .command('export')
    .argument('<attempt>', 'its id, as "attempts list" shows it')
    .option('--output <file>', 'Write it there. Default: print it.')
    .option('--names', 'Leave addresses, people and hosts as they are. Default: pseudonyms.')
    .description(
      'Make an evidence file of one attempt (JSON), to give to the makers of a client or to whoever runs the proxy. There is no secret in it.',
    )
  showExamples(
    takeDatabase(command),
    'attempts export 2xk9hx3fa1b2c3d4 > evidence.json',
    'attempts export 2xk9hx3fa1b2c3d4 --names --output evidence.json',
  ).action((id: string, _, command: Command) =>
    withDatabase(command, io, async ({ administration }) => {
      const { output, names = false } = command.opts<{ output?: string; names?: boolean }>()
      const version = attempts.parent?.version() ?? ''
      const evidence = await exportAttempt(await attemptsBesideServer(administration), id, {
        version,
        namesEverybody: names,
      })
      if (output === undefined) return printJson(io.stdout, evidence)
      const file = resolve(io.folder, output)
      writeFileSync(file, `${JSON.stringify(evidence, undefined, 2)}\n`, { mode: 0o600 })
      io.stdout.write(`Wrote ${file}.\n`)
    }),
  )
}

function addWatch(attempts: Command, io: Io): void {
  const command = attempts
    .command('watch')
    .description('Show attempts while they happen, until it is told to stop (Ctrl-C). With --json one line each.')
  showExamples(takeFilter(command), 'attempts watch', 'attempts watch --client claude --json').action(
    (_, command: Command) =>
      withDatabase(command, io, async ({ administration }) => {
        const options = command.opts<ListOptions>()
        const stopping = new AbortController()
        for (const signal of ['SIGINT', 'SIGTERM'] as const) io.signals.on(signal, () => stopping.abort())
        const following = { filter: filterOf(options), signal: stopping.signal }
        for await (const views of followAttempts(await attemptsBesideServer(administration), following))
          for (const view of views.reverse()) io.stdout.write(options.json ? `${jsonText(view)}\n` : lineOf(view))
      }),
  )
}

function addDoctor(attempts: Command, io: Io): void {
  const command = attempts
    .command('doctor')
    .argument('[server]', 'its name in "servers", where there are several')
    .description('Look at this server at its public URL as clients do: who will connect, who will not, and why.')
  showExamples(takeDatabase(command), 'attempts doctor', 'attempts doctor --json', 'attempts doctor notes').action(
    (name: string | undefined, _, command: Command) =>
      withDatabase(command, io, async ({ administration }) => {
        const publicUrl = await examinedUrl(administration, name)
        const { run } = await import('@portcullis/doctor')
        const code = await run([publicUrl, ...(command.opts().json ? ['--json'] : [])], io)
        if (code !== 0) throw new EndedCommand(code)
      }),
  )
}

async function examinedUrl(administration: Administration, name: string | undefined): Promise<string> {
  const { mcpServers } = administration.configuration
  if (name === undefined && mcpServers.length === 1)
    return (await attemptsBesideServer(administration)).servers[0].publicUrl
  const named = mcpServers.find(({ id }) => id !== undefined && id === name)
  if (named !== undefined) return named.publicUrl
  const names = mcpServers.flatMap(({ id }) => id ?? [])
  throw new OperatorError(name === undefined ? 'There are several servers' : `There is no server "${name}"`, {
    nextStep: names.length === 0 ? 'Leave the name out: there is one server.' : `Name one of ${names.join(', ')}.`,
  })
}

const columns = ['ATTEMPT', 'BEGAN (UTC)', 'CLIENT', 'PERSON', 'WHOSE', 'WHAT']

function rowOf({ id, startedAt, client, person, verdict }: AttemptView): string[] {
  return [
    id,
    timeOf(startedAt).slice(0, 16),
    client.name,
    person?.userName ?? person?.subject ?? '',
    verdict.party.replaceAll('_', ' '),
    verdict.riddle?.title ?? '',
  ]
}

function lineOf(view: AttemptView): string {
  const [id = '', , client = '', person = '', whose = ''] = rowOf(view)
  const who = person === '' ? client : `${client} for ${person}`
  return `${timeOf(view.changedAt)}  ${id}  ${who}: ${whose}. ${view.verdict.sentence}\n`.replace(
    /[\p{Cc}\p{Cf}](?!$)/gu,
    '?',
  )
}

function whyNone({ configuration }: Administration, filter: AttemptFilter): string {
  if (Object.keys(filter).length > 0) return 'No attempt is like that.'
  return configuration.recorder.enabled
    ? 'No client has tried to connect.'
    : 'The flight recorder is switched off (recorder.enabled): no attempt is remembered.'
}

function filterOf({ client, verdict, user, since, text }: ListOptions): AttemptFilter {
  return {
    ...(client !== undefined && { client }),
    ...(verdict !== undefined && { verdict: verdictOf(verdict) }),
    ...(user !== undefined && { person: user }),
    ...(text !== undefined && { text }),
    ...(since !== undefined && { since: sinceOf(since) }),
  }
}

function verdictOf(text: string): string {
  const known = [...parties, ...riddles.map(({ code }) => code)]
  if (known.some((each) => each === text)) return text
  throw new OperatorError(`There is no verdict "${text}"`, {
    nextStep: `Name one of ${parties.join(', ')}, or the code of a riddle, such as token_never_used (docs/flight-recorder.md).`,
  })
}

function limitOf({ limit = '50' }: ListOptions): number {
  if (/^[1-9]\d{0,5}$/.test(limit)) return Number(limit)
  throw new OperatorError(`"${limit}" is no number of attempts`, { nextStep: 'Write --limit 100, for instance.' })
}

function sinceOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count !== undefined) return Date.now() - Number(count) * (unitMilliseconds[unit] ?? 0)
  const time = Date.parse(text)
  if (!Number.isNaN(time)) return time
  throw new OperatorError(`"${text}" is no time`, {
    nextStep: 'Write how long ago (30m, 8h, 7d), or a date such as 2026-11-27.',
  })
}

const unitMilliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
