import type { Command } from 'commander'
import type * as z from 'zod'
import { exportAuditOperation, listAuditOperation, verifyAuditOperation } from '../administration/operations/audit.ts'
import type { Io } from '../io.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { withDatabase } from './database.ts'
import { EndedCommand } from './ended-command.ts'
import { showExamples, takeDatabase } from './options.ts'
import { formatTable, formatTime, jsonText, printJson } from './output.ts'

/** `portcullis audit …` */
export function addAuditCommand(program: Command, io: Io): void {
  const audit = program.command('audit').description('See who administrated what, and whether that log is whole.')
  addList(audit, io)
  addVerify(audit, io)
  addExport(audit, io)
}

function addList(audit: Command, io: Io): void {
  const command = audit
    .command('list')
    .description('List the entries of the audit log, the newest first.')
    .option('--limit <number>', 'How many. Default: 50.')
    .option('--before <entry>', 'Only those before the entry of this number.')
  showExamples(takeDatabase(command), 'audit list', 'audit list --limit 200 --json').action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const { limit, before } = command.opts<{ limit?: string; before?: string }>()
      const entries = await perform(listAuditOperation, {
        limit: numberOf(limit, '--limit', 1000),
        before: numberOf(before, '--before', 1e12),
      })
      if (command.opts().json) return printJson(io.stdout, entries)
      const rows = entries.map((entry) => [
        String(entry.sequence),
        formatTime(entry.at),
        nameOf(entry.by),
        entry.act.type,
        aboutOf(entry),
        entry.result,
      ])
      io.stdout.write(formatTable(['ENTRY', 'WHEN (UTC)', 'WHO', 'WHAT', 'ABOUT', 'RESULT'], rows))
    }),
  )
}

function addVerify(audit: Command, io: Io): void {
  const command = audit
    .command('verify')
    .summary('Say whether the audit log is the one that was written.')
    .description(
      'Read the whole audit log and say whether it is the one that was written: each entry is hashed together with the one before, and the server seals the end with its secret, which is read as "serve" reads it. Ends with 1 where something is wrong, and names the first entry that is.',
    )
    .option('--head <hash>', 'A hash that was kept elsewhere, which the log must still have.')
  showExamples(
    takeDatabase(command),
    'audit verify',
    'audit verify --head 5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9',
  ).action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const { head, json } = command.opts<{ head?: string; json?: boolean }>()
      if (head !== undefined && !/^[0-9a-f]{64}$/.test(head))
        throw new OperatorError('What --head names is no hash of the log', {
          nextStep: 'It has 64 letters and digits, as "audit verify" and "audit list --json" print it.',
        })
      const verdict = await perform(verifyAuditOperation, { head })
      if (json) printJson(io.stdout, verdict)
      else print(verdict, io)
      if (!verdict.isWhole) throw new EndedCommand(1)
    }),
  )
}

function addExport(audit: Command, io: Io): void {
  const command = audit
    .command('export')
    .summary('Print the audit log as JSON lines.')
    .description(
      'Print the audit log as JSON lines, the oldest entry first: to be kept elsewhere, or read by another program. The hash of the last line is what "audit verify --head" takes.',
    )
    .option('--after <entry>', 'Only those after the entry of this number, to go on from an export before.')
  showExamples(takeDatabase(command), 'audit export > audit.jsonl', 'audit export --after 1200 >> audit.jsonl').action(
    (_, command: Command) =>
      withDatabase(command, io, async ({ perform }) => {
        const { after } = command.opts<{ after?: string }>()
        const entries = await perform(exportAuditOperation, { after: numberOf(after, '--after', 1e12) })
        for await (const value of entries) io.stdout.write(`${jsonText(value)}\n`)
      }),
  )
}

function numberOf(text: string | undefined, option: string, most: number): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,12}$/.test(text) && Number(text) <= most) return Number(text)
  throw new OperatorError(`What ${option} says is no number that it can take`, {
    nextStep: `Name a whole number, at most ${most}.`,
  })
}

type Verdict = z.output<typeof verifyAuditOperation.output>
type Entry = z.output<typeof listAuditOperation.output>[number]

function print({ entries, head, problem, sealedUpTo, keptHeadAt, unproved }: Verdict, { stdout }: Io): void {
  stdout.write(
    problem === undefined
      ? `The audit log is whole: ${entries} ${entries === 1 ? 'entry' : 'entries'}.\n`
      : `The audit log is not whole. ${problem.sentence}.\n`,
  )
  if (sealedUpTo !== undefined) stdout.write(`Sealed by this server up to entry ${sealedUpTo}.\n`)
  if (keptHeadAt !== undefined) stdout.write(`The hash that was kept is that of entry ${keptHeadAt}.\n`)
  if (problem === undefined) stdout.write(`Head, to be kept elsewhere: ${head.hash}\n`)
  if (unproved.length > 0) stdout.write(`Not proved:\n${unproved.map((each) => `  ${each}\n`).join('')}`)
}

/** Who did it, in few words for a table. */
function nameOf({ kind, user, userName, name }: Entry['by']): string {
  switch (kind) {
    case 'command_line':
      return `${user ?? '?'} (command line)`
    case 'account':
      return String(userName)
    case 'token':
      return `${name} (token)`
    case 'server':
      return '(server)'
    default:
      return kind satisfies never
  }
}

/** On whom or what. */
function aboutOf({ act }: Entry): string {
  const { type: _, ...about } = act
  return Object.entries(about)
    .map(([name, value]) => `${name}: ${wordsOf(value)}`)
    .join(', ')
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'object' && value !== null ? Object.values(value).join(': ') : String(value)
}
