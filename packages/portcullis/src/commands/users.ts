import { endGrantsOfSubject } from '@portcullis/auth/authorization-server'
import type { Command } from 'commander'
import {
  disableUser,
  enableUser,
  type GivenLink,
  inviteUser,
  listUsers,
  makeOwnerLink,
  resetUser,
} from '../administration/users.ts'
import type { Io } from '../io.ts'
import { renewOwnerLink } from '../operations/owner-link.ts'
import { withDatabase } from './database.ts'
import { takeDatabase } from './options.ts'
import { formatTable, formatTime, printJson } from './output.ts'

/** `portcullis users …` */
export function addUsersCommand(program: Command, io: Io): void {
  const users = program.command('users').description('See who can sign in, and change it.')

  takeDatabase(users.command('list').description('List all accounts.')).action((_, command: Command) =>
    withDatabase(command, io, async ({ context }) => {
      const all = await listUsers(context)
      if (command.opts().json) return printJson(io.stdout, all)
      const rows = all.map(({ userName, role, state, createdAt }) => [userName, role, state, formatTime(createdAt)])
      io.stdout.write(formatTable(['USER', 'ROLE', 'STATE', 'SINCE (UTC)'], rows))
    }),
  )

  takeDatabase(
    users.command('invite').description('Print a link with which one person makes an account (7 days).'),
  ).action((_, command: Command) =>
    withDatabase(command, io, async ({ context }) => printLink(await inviteUser(context), command, io)),
  )

  takeDatabase(
    users
      .command('reset')
      .argument('<user>', 'user name')
      .description(
        'Print a link with which a person sets a new password (24 hours). Setting it ends all sessions and grants of that person.',
      ),
  ).action((name: string, _, command: Command) =>
    withDatabase(command, io, async ({ context }) => {
      printLink(await resetUser(context, name), command, io)
      if (!command.opts().json)
        io.stderr.write(
          'Once the new password is set, all browsers of that person are signed out and no application has access any more.\n',
        )
    }),
  )

  takeDatabase(
    users
      .command('disable')
      .argument('<user>', 'user name')
      .description('Disable an account: its sessions and its grants end at once.'),
  ).action((name: string, _, command: Command) =>
    withDatabase(command, io, async ({ context, grantEnds }) => {
      const ended = await disableUser(context, name, (subject) =>
        endGrantsOfSubject(subject, 'subject_disabled', grantEnds),
      )
      if (command.opts().json) return printJson(io.stdout, ended)
      io.stdout.write(`Disabled ${ended.user.userName}. Grants ended: ${ended.endedGrants}.\n`)
    }),
  )

  takeDatabase(
    users.command('enable').argument('<user>', 'user name').description('Let a disabled account sign in again.'),
  ).action((name: string, _, command: Command) =>
    withDatabase(command, io, async ({ context, grantEnds }) => {
      const user = await enableUser(context, name, (subject) =>
        endGrantsOfSubject(subject, 'subject_disabled', grantEnds),
      )
      if (command.opts().json) return printJson(io.stdout, user)
      io.stdout.write(`Enabled ${user.userName}.\n`)
    }),
  )
}

/** `portcullis owner-link` */
export function addOwnerLinkCommand(program: Command, io: Io): void {
  takeDatabase(
    program.command('owner-link').description('Print a fresh link for the first account, the owner (24 hours).'),
  ).action((_, command: Command) =>
    withDatabase(command, io, async ({ context, database }) => {
      const given = await makeOwnerLink(context)
      renewOwnerLink(given.link, database)
      printLink(given, command, io)
    }),
  )
}

function printLink({ link, expiresAt }: GivenLink, command: Command, { stdout, stderr }: Io): void {
  if (command.opts().json) {
    printJson(stdout, { link, expiresAt })
    return
  }
  stdout.write(`${link}\n`)
  stderr.write(`It works once, until ${formatTime(expiresAt)} UTC. Give it to that person alone.\n`)
}
