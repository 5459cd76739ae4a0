import type { Command } from 'commander'
import type * as z from 'zod'
import {
  endGrantOperation,
  endGrantsOfUserOperation,
  listGrantsOperation,
} from '../administration/operations/access.ts'
import type { Io } from '../io.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { withDatabase } from './database.ts'
import { showExamples, takeDatabase } from './options.ts'
import { formatTable, formatTime, printJson } from './output.ts'

/** `portcullis grants …` */
export function addGrantsCommand(program: Command, io: Io): void {
  const grants = program.command('grants').description('See which clients have access, and end it.')
  addList(grants, io)
  addRevoke(grants, io)
}

function addList(grants: Command, io: Io): void {
  const command = grants
    .command('list')
    .summary('List the grants: which client may do what for whom, or for itself.')
    .description(
      'List the grants: which client may do what for whom, or for itself, when it was last used, and the tools that it called last, the latest first. What clients do is written every few seconds; --json has all that is kept of it.',
    )
    .option('--user <name>', 'Only those of one person.')
    .option('--client <id>', 'Only those of one client, as "clients list" shows it.')
  showExamples(takeDatabase(command), 'grants list', 'grants list --user ada --json').action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const { user, client } = command.opts<{ user?: string; client?: string }>()
      const all = await perform(listGrantsOperation, { user, client })
      if (command.opts().json) return printJson(io.stdout, all)
      const rows = all.map(
        ({ id, subject, userName, clientName, clientId, grantType, scope, issuedAt, usedAt, tools }) => [
          id,
          grantType === 'client_credentials' ? '(itself)' : (userName ?? subject),
          clientName ?? clientId,
          scope.join(' '),
          formatTime(issuedAt),
          formatTime(usedAt),
          toolsOf(tools),
        ],
      )
      io.stdout.write(
        formatTable(['GRANT', 'USER', 'CLIENT', 'SCOPE', 'SINCE (UTC)', 'LAST USED (UTC)', 'TOOLS'], rows),
      )
    }),
  )
}

type Shown = z.output<typeof listGrantsOperation.output>[number]

const mostNamed = 3

function toolsOf(tools: Shown['tools']): string {
  const named = tools.slice(0, mostNamed).map(({ name, count }) => `${name} (${count})`)
  return [...named, ...(tools.length > mostNamed ? [`${tools.length - mostNamed} more`] : [])].join(', ')
}

function addRevoke(grants: Command, io: Io): void {
  const command = grants
    .command('revoke')
    .argument('[grant]', 'its id, as "grants list" shows it')
    .option('--user <name>', 'All grants of one person.')
    .summary('End one grant, or all of one person.')
    .description(
      'End one grant, or all of one person. Running servers see it within 5 seconds; the client must ask anew.',
    )
  showExamples(takeDatabase(command), 'grants revoke 5Jz0c2y8QmS1vXw4kT7aQd', 'grants revoke --user ada').action(
    (grantId: string | undefined, _, command: Command) =>
      withDatabase(command, io, async ({ perform }) => {
        const { user } = command.opts<{ user?: string }>()
        if ((grantId === undefined) === (user === undefined))
          throw new OperatorError('Say which grant to end', {
            nextStep: 'Name one grant by its id, or all of one person by --user NAME.',
          })
        const { endedGrants: ended } =
          user === undefined
            ? await perform(endGrantOperation, { grant: grantId ?? '' })
            : await perform(endGrantsOfUserOperation, { user })
        if (command.opts().json) return printJson(io.stdout, { endedGrants: ended })
        io.stdout.write(`Grants ended: ${ended}.\n`)
      }),
  )
}
