import type { Command } from 'commander'
import { listConsentsOperation, withdrawConsentsOperation } from '../administration/operations/access.ts'
import type { Io } from '../io.ts'
import { withDatabase } from './database.ts'
import { showExamples, takeDatabase } from './options.ts'
import { formatTable, formatTime, printJson } from './output.ts'

/** `portcullis consents …` */
export function addConsentsCommand(program: Command, io: Io): void {
  const consents = program
    .command('consents')
    .description('See which clients people are not asked about again, and have them asked.')
  addList(consents, io)
  addRevoke(consents, io)
}

function addList(consents: Command, io: Io): void {
  const command = consents
    .command('list')
    .summary('List what is remembered: which client gets what again without a question.')
    .description(
      'List what is remembered: which client gets what again without a question, for whom, and until when. Of clients on people’s own devices nothing is: they are asked about each time.',
    )
    .option('--user <name>', 'Only those of one person.')
  showExamples(takeDatabase(command), 'consents list', 'consents list --user ada --json').action(
    (_, command: Command) =>
      withDatabase(command, io, async ({ perform }) => {
        const { user } = command.opts<{ user?: string }>()
        const all = await perform(listConsentsOperation, { user })
        if (command.opts().json) return printJson(io.stdout, all)
        const rows = all.map(
          ({ subject, userName, clientId, clientName, destination, scope, consentedAt, expiresAt }) => [
            userName ?? subject,
            clientName ?? '',
            clientId,
            destination,
            scope.join(' '),
            formatTime(consentedAt),
            formatTime(expiresAt),
          ],
        )
        const columns = ['USER', 'NAME', 'CLIENT', 'ANSWERS GO TO', 'SCOPE', 'ASKED (UTC)', 'UNTIL (UTC)']
        io.stdout.write(formatTable(columns, rows))
      }),
  )
}

function addRevoke(consents: Command, io: Io): void {
  const command = consents
    .command('revoke')
    .requiredOption('--user <name>', 'Whose.')
    .option('--client <id>', 'Of one client alone, as "consents list" shows it.')
    .summary('Forget what one person allowed, and end what came of it.')
    .description(
      'Forget what one person allowed one client, or all of them, and end the grants that came of it: the person is asked again. Running servers see it within 5 seconds.',
    )
  showExamples(
    takeDatabase(command),
    'consents revoke --user ada',
    'consents revoke --user ada --client https://claude.ai/oauth/mcp-oauth-client-metadata',
  ).action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const { user, client } = command.opts<{ user: string; client?: string }>()
      const done = await perform(withdrawConsentsOperation, { user, client })
      if (command.opts().json) return printJson(io.stdout, done)
      io.stdout.write(`Consents forgotten: ${done.forgottenConsents}. Grants ended: ${done.endedGrants}.\n`)
    }),
  )
}
