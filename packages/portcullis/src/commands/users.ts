import { endGrantsOfSubject } from '@portcullis/auth/authorization-server'
import { type Command, InvalidArgumentError } from 'commander'
import { listInvitations, withdrawInvitation } from '../administration/invitations.ts'
import {
  disableUser,
  enableUser,
  inviteUser,
  listUsers,
  makeOwnerLink,
  resetUser,
  unlinkUser,
} from '../administration/users.ts'
import { duration } from '../config/fields.ts'
import type { Io } from '../io.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { renewOwnerLink } from '../operations/owner-link.ts'
import { withDatabase } from './database.ts'
import { printLink } from './links.ts'
import { showExamples, takeDatabase, takeLinkTarget } from './options.ts'
import { formatTable, formatTime, printJson } from './output.ts'

/** `portcullis users …` */
export function addUsersCommand(program: Command, io: Io): void {
  const users = program.command('users').description('See who can sign in, and change it.')
  addList(users, io)
  addInvite(users, io)
  addInvitations(users, io)
  addWithdraw(users, io)
  addReset(users, io)
  addDisable(users, io)
  addEnable(users, io)
  addUnlink(users, io)
}

/** `portcullis owner-link` */
export function addOwnerLinkCommand(program: Command, io: Io): void {
  const command = program
    .command('owner-link')
    .summary('Print a fresh link for the first account.')
    .description('Print a fresh link for the first account, the owner (24 hours). It ends the link before it.')
  showExamples(takeLinkTarget(command), 'owner-link').action((_, command: Command) =>
    printLink(command, io, async (context, { configuration }) => {
      const given = await makeOwnerLink(context)
      renewOwnerLink(given.link, configuration.database)
      return given
    }),
  )
}

function addList(users: Command, io: Io): void {
  const command = users.command('list').description('List all accounts.')
  showExamples(takeDatabase(command), 'users list', 'users list --json').action((_, command: Command) =>
    withDatabase(command, io, async ({ context }) => {
      const all = await listUsers(context)
      if (command.opts().json) return printJson(io.stdout, all)
      const rows = all.map(({ userName, role, state, signsIn, createdAt }) => [
        userName,
        role,
        state,
        signsIn.join(', '),
        formatTime(createdAt),
      ])
      io.stdout.write(formatTable(['USER', 'ROLE', 'STATE', 'SIGNS IN WITH', 'SINCE (UTC)'], rows))
    }),
  )
}

function addInvite(users: Command, io: Io): void {
  const command = users
    .command('invite')
    .summary('Print a link with which one person makes an account.')
    .description(
      'Print a link with which one person makes an account. Whoever has the link can: give it to nobody else.',
    )
    .option(
      '--for <name>',
      'For whom it is, to tell it from others in "users invitations". The person chooses a user name.',
    )
    .option('--expires <duration>', 'How long it works, from 5m to 90d. Default: 7d.', parseLifetime)
  showExamples(takeLinkTarget(command), 'users invite', 'users invite --for "Ada Lovelace" --expires 24h').action(
    (_, command: Command) => {
      const { for: recipient, expires: lifetime } = command.opts<{ for?: string; expires?: number }>()
      return printLink(command, io, (context) => inviteUser(context, { recipient, lifetime }))
    },
  )
}

function addInvitations(users: Command, io: Io): void {
  const command = users.command('invitations').description('List the invitations that nobody has used yet.')
  showExamples(takeDatabase(command), 'users invitations').action((_, command: Command) =>
    withDatabase(command, io, async ({ context }) => {
      const all = await listInvitations(context)
      if (command.opts().json) return printJson(io.stdout, all)
      const rows = all.map(({ id, recipient = '', createdAt, expiresAt }) => [
        id,
        recipient,
        formatTime(createdAt),
        formatTime(expiresAt),
      ])
      io.stdout.write(formatTable(['INVITATION', 'FOR', 'SINCE (UTC)', 'UNTIL (UTC)'], rows))
    }),
  )
}

function addWithdraw(users: Command, io: Io): void {
  const command = users
    .command('withdraw')
    .argument('<invitation>', 'its id, as "users invitations" shows it')
    .summary('Take an invitation back.')
    .description('Take an invitation back: its link works no more.')
  showExamples(takeDatabase(command), 'users withdraw 3f0c19a2be').action((id: string, _, command: Command) =>
    withDatabase(command, io, async ({ context }) => {
      const withdrawn = await withdrawInvitation(context, id)
      if (command.opts().json) return printJson(io.stdout, withdrawn)
      io.stdout.write(`Took back the invitation ${id}.\n`)
    }),
  )
}

function addReset(users: Command, io: Io): void {
  const command = users
    .command('reset')
    .argument('<user>', 'user name')
    .summary('Print a link with which a person sets a new password.')
    .description(
      'Print a link with which a person sets a new password (24 hours), also after too many attempts to sign in. Setting it ends all sessions and grants of that person; until then everything works as before.',
    )
  showExamples(takeLinkTarget(command), 'users reset ada').action((name: string, _, command: Command) =>
    printLink(
      command,
      io,
      (context, { configuration }) => {
        if (!configuration.passwords)
          throw new OperatorError('There are no passwords here: people sign in with an account elsewhere', {
            nextStep: 'To let them sign in with a password set "passwords: true".',
          })
        return resetUser(context, name)
      },
      'Once the new password is set, all browsers of that person are signed out and no application has access any more.',
    ),
  )
}

function addDisable(users: Command, io: Io): void {
  const command = users
    .command('disable')
    .argument('<user>', 'user name')
    .summary('Disable an account, its sessions and its grants.')
    .description('Disable an account: its sessions end at once, and its grants within 5 seconds.')
  showExamples(takeDatabase(command), 'users disable ada').action((name: string, _, command: Command) =>
    withDatabase(command, io, async ({ context, grantEnds }) => {
      const ended = await disableUser(context, name, (subject) =>
        endGrantsOfSubject(subject, 'subject_disabled', grantEnds),
      )
      if (command.opts().json) return printJson(io.stdout, ended)
      io.stdout.write(`Disabled ${ended.user.userName}. Grants ended: ${ended.endedGrants}.\n`)
    }),
  )
}

function addEnable(users: Command, io: Io): void {
  const command = users
    .command('enable')
    .argument('<user>', 'user name')
    .summary('Let a disabled account sign in again.')
    .description('Let a disabled account sign in again. Grants that ended stay ended.')
  showExamples(takeDatabase(command), 'users enable ada').action((name: string, _, command: Command) =>
    withDatabase(command, io, async ({ context, grantEnds }) => {
      const user = await enableUser(context, name, (subject) =>
        endGrantsOfSubject(subject, 'subject_disabled', grantEnds),
      )
      if (command.opts().json) return printJson(io.stdout, user)
      io.stdout.write(`Enabled ${user.userName}.\n`)
    }),
  )
}

function addUnlink(users: Command, io: Io): void {
  const command = users
    .command('unlink')
    .argument('<user>', 'user name')
    .argument('<identity provider>', 'its name in the configuration')
    .summary('Have a person sign in with an identity provider no more.')
    .description(
      'Have a person sign in with an identity provider no more: sessions that began so end, and all grants. They can come in as new people do, where its rules let them: disable the account to keep somebody out.',
    )
  showExamples(takeDatabase(command), 'users unlink ada entra').action(
    (userName: string, identityProvider: string, _, command: Command) =>
      withDatabase(command, io, async ({ context, grantEnds }) => {
        const ended = await unlinkUser(context, { userName, identityProvider }, (subject) =>
          endGrantsOfSubject(subject, 'revoked_by_operator', grantEnds),
        )
        if (command.opts().json) return printJson(io.stdout, ended)
        io.stdout.write(
          `${ended.user.userName} does not sign in with ${identityProvider} any more. Grants ended: ${ended.endedGrants}.\n`,
        )
      }),
  )
}

const invitationLifetime = duration({ least: 300, most: 90 * 86_400 })

function parseLifetime(text: string): number {
  const parsed = invitationLifetime.safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError('It must be a duration such as 30m, 24h or 7d, from 5m to 90d.')
}
