import { type Command, InvalidArgumentError } from 'commander'
import { createTokenOperation, listTokensOperation, revokeTokenOperation } from '../administration/operations/tokens.ts'
import { duration } from '../config/fields.ts'
import type { Io } from '../io.ts'
import { administratorRoles } from '../store/role.ts'
import { withDatabase } from './database.ts'
import { choiceOf, showExamples, takeDatabase } from './options.ts'
import { formatTable, formatTime, printJson } from './output.ts'

/** `portcullis tokens …` */
export function addTokensCommand(program: Command, io: Io): void {
  const tokens = program
    .command('tokens')
    .description('See which programs may administrate by the HTTP API, and let others in or out.')
  addCreate(tokens, io)
  addList(tokens, io)
  addRevoke(tokens, io)
}

function addCreate(tokens: Command, io: Io): void {
  const command = tokens
    .command('create')
    .summary('Make an administration token.')
    .description(
      'Make an administration token for the HTTP API, and print it, this once. It is no access token: the MCP server takes none of these.',
    )
    .requiredOption('--name <name>', 'What it is for, to tell it from others.')
    .option('--role <role>', 'What it may do: owner, operator or auditor. Default: auditor.')
    .option('--expires <duration>', 'How long it works, from 5m to 366d. Default: 90d.', parseLifetime)
  showExamples(
    takeDatabase(command),
    'tokens create --name "Nightly export"',
    'tokens create --name Terraform --role operator --expires 30d --json',
  ).action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const options = command.opts<{ name: string; role?: string; expires?: number; json?: boolean }>()
      const made = await perform(createTokenOperation, {
        name: options.name,
        role: choiceOf(options.role ?? 'auditor', administratorRoles, 'token with the role'),
        lifetime: options.expires,
      })
      if (options.json) return printJson(io.stdout, made)
      io.stdout.write(`${made.token}\n`)
      io.stderr.write(`It is shown this once, and works until ${formatTime(made.expiresAt)} UTC.\n`)
      io.stderr.write(`To end it: portcullis tokens revoke ${made.id}\n`)
    }),
  )
}

function addList(tokens: Command, io: Io): void {
  const command = tokens.command('list').description('List the administration tokens that work.')
  showExamples(takeDatabase(command), 'tokens list', 'tokens list --json').action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const all = await perform(listTokensOperation, {})
      if (command.opts().json) return printJson(io.stdout, all)
      const rows = all.map(({ id, name, role, createdAt, expiresAt, usedAt }) => [
        id,
        name,
        role,
        formatTime(createdAt),
        formatTime(expiresAt),
        usedAt === undefined ? '' : formatTime(usedAt),
      ])
      io.stdout.write(formatTable(['TOKEN', 'NAME', 'ROLE', 'SINCE (UTC)', 'UNTIL (UTC)', 'LAST USED (UTC)'], rows))
    }),
  )
}

function addRevoke(tokens: Command, io: Io): void {
  const command = tokens
    .command('revoke')
    .argument('<token>', 'its id, as "tokens list" shows it')
    .description('Revoke an administration token: it is worth nothing from then on.')
  showExamples(takeDatabase(command), 'tokens revoke 3f0c19a2be').action((id: string, _, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const revoked = await perform(revokeTokenOperation, { token: id })
      if (command.opts().json) return printJson(io.stdout, revoked)
      io.stdout.write(`Revoked the administration token "${revoked.name}".\n`)
    }),
  )
}

const lifetime = duration({ least: 300, most: 366 * 86_400 })

function parseLifetime(text: string): number {
  const parsed = lifetime.safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError('It must be a duration such as 12h or 30d, from 5m to 366d.')
}
