import { type Command, InvalidArgumentError } from 'commander'
import { whyNotEmailAddress } from '../accounts/email-address.ts'
import {
  disableOperation,
  enableOperation,
  inviteOperation,
  listInvitationsOperation,
  listUsersOperation,
  ownerLinkOperation,
  resetOperation,
  roleOperation,
  unlinkOperation,
  withdrawInvitationOperation,
} from '../administration/operations/people.ts'
import { roleSourceWords } from '../administration/role-words.ts'
import { duration } from '../config/fields.ts'
import type { Io } from '../io.ts'
import { renewOwnerLink } from '../operations/owner-link.ts'
import { roles } from '../store/role.ts'
import { withDatabase } from './database.ts'
import { printLink } from './links.ts'
import { choiceOf, showExamples, takeDatabase, takeLinkTarget } from './options.ts'
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
  addRole(users, io)
  addUnlink(users, io)
}

/** `portcullis owner-link` */
export function addOwnerLinkCommand(program: Command, io: Io): void {
  const command = program
    .command('owner-link')
    .summary('Print a fresh link for the first account.')
    .description('Print a fresh link for the first account, the owner (24 hours). It ends the link before it.')
  showExamples(takeLinkTarget(command), 'owner-link').action((_, command: Command) =>
    printLink(command, io, async (origin, { perform, administration }) => {
      const given = await perform(ownerLinkOperation, {}, { origin })
      renewOwnerLink(given.link, administration.configuration.database)
      return given
    }),
  )
}

function addList(users: Command, io: Io): void {
  const command = users.command('list').description('List all accounts.')
  showExamples(takeDatabase(command), 'users list', 'users list --json').action((_, command: Command) =>
    withDatabase(command, io, async ({ perform, administration }) => {
      const all = await perform(listUsersOperation, {})
      if (command.opts().json) return printJson(io.stdout, all)
      const { configuration } = administration
      const rows = all.map(({ userName, role, roleFrom, state, isShutOut, signsIn, createdAt }) => [
        userName,
        roleFrom === undefined ? role : `${role}, ${roleSourceWords(roleFrom, configuration)}`,
        isShutOut ? 'shut out' : state,
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
    .summary('Print or send a link with which one person makes an account.')
    .description(
      'Print a link with which one person makes an account, or send it. Whoever has the link can: give it to nobody else.',
    )
    .option(
      '--email <address>',
      'Send the link there, instead of printing it. Needs "mail" in the configuration. The account has that address then.',
      parseEmailAddress,
    )
    .option(
      '--print',
      'With --email: print the link, too. The account has no address then, since others may have used the link.',
    )
    .option(
      '--for <name>',
      'For whom it is, to tell it from others in "users invitations". The person chooses a user name.',
    )
    .option('--role <role>', `What the person will be: ${roles.join(', ')}. Default: member.`)
    .option(
      '--expires <duration>',
      'How long it works, from 5m to 90d. Default: 7d, and 1d where it brings a role.',
      parseLifetime,
    )
  showExamples(
    takeLinkTarget(command),
    'users invite',
    'users invite --for "Ada Lovelace" --expires 24h',
    'users invite --role operator --for Grace',
    'users invite --email ada@example.com',
  ).action((_, command: Command) => {
    const { for: recipient, expires: lifetime, email, print, role } = command.opts<InviteOptions>()
    return printLink(command, io, (origin, { perform }) =>
      perform(
        inviteOperation,
        {
          recipient,
          lifetime,
          email,
          role: role === undefined ? undefined : choiceOf(role, roles, 'role'),
          withLink: print,
        },
        { origin },
      ),
    )
  })
}

interface InviteOptions {
  role?: string
  for?: string
  expires?: number
  email?: string
  print?: boolean
}

function addInvitations(users: Command, io: Io): void {
  const command = users.command('invitations').description('List the invitations that nobody has used yet.')
  showExamples(takeDatabase(command), 'users invitations').action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const all = await perform(listInvitationsOperation, {})
      if (command.opts().json) return printJson(io.stdout, all)
      const rows = all.map(({ id, recipient = '', role, createdAt, expiresAt }) => [
        id,
        recipient,
        role,
        formatTime(createdAt),
        formatTime(expiresAt),
      ])
      io.stdout.write(formatTable(['INVITATION', 'FOR', 'ROLE', 'SINCE (UTC)', 'UNTIL (UTC)'], rows))
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
    withDatabase(command, io, async ({ perform }) => {
      const withdrawn = await perform(withdrawInvitationOperation, { invitation: id })
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
      (origin, { perform }) => perform(resetOperation, { user: name }, { origin }),
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
    withDatabase(command, io, async ({ perform }) => {
      const ended = await perform(disableOperation, { user: name })
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
    withDatabase(command, io, async ({ perform }) => {
      const user = await perform(enableOperation, { user: name })
      if (command.opts().json) return printJson(io.stdout, user)
      io.stdout.write(`Enabled ${user.userName}.\n`)
    }),
  )
}

function addRole(users: Command, io: Io): void {
  const command = users
    .command('role')
    .argument('<user>', 'user name')
    .argument('<role>', `one of ${roles.join(', ')}`)
    .summary('Give a person another role.')
    .description(
      'Give a person another role: an owner may do everything, an operator all but change who may administrate, an auditor only look, a member only use the server. It counts at once. There is always an owner.',
    )
  showExamples(takeDatabase(command), 'users role ada operator', 'users role bob member').action(
    (name: string, text: string, _, command: Command) =>
      withDatabase(command, io, async ({ perform, administration }) => {
        const role = choiceOf(text, roles, 'role')
        const user = await perform(roleOperation, { user: name, role })
        if (command.opts().json) return printJson(io.stdout, user)
        const { roleFrom } = user
        const source = roleFrom === undefined ? '' : `, ${roleSourceWords(roleFrom, administration.configuration)}`
        io.stdout.write(`The role of ${user.userName} is ${user.role}${source}.\n`)
        if (roleFrom !== undefined)
          io.stderr.write(
            `By hand it is ${role} now. What the identity provider gives is higher and counts: take it away there, or by identityProviders.${roleFrom.identityProvider}.roles.\n`,
          )
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
      withDatabase(command, io, async ({ perform }) => {
        const ended = await perform(unlinkOperation, { user: userName, identityProvider })
        if (command.opts().json) return printJson(io.stdout, ended)
        io.stdout.write(
          `${ended.user.userName} does not sign in with ${identityProvider} any more. Grants ended: ${ended.endedGrants}.\n`,
        )
      }),
  )
}

const invitationLifetime = duration({ least: 300, most: 90 * 86_400 })

function parseEmailAddress(text: string): string {
  const whyNot = whyNotEmailAddress(text)
  if (whyNot !== undefined) throw new InvalidArgumentError(`It ${whyNot}.`)
  return text
}

function parseLifetime(text: string): number {
  const parsed = invitationLifetime.safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError('It must be a duration such as 30m, 24h or 7d, from 5m to 90d.')
}
