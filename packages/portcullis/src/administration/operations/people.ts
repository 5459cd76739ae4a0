import { endGrantsOfSubject } from '@portcullis/auth/authorization-server'
import * as z from 'zod'
import { whyNotEmailAddress } from '../../accounts/email-address.ts'
import { OperatorError } from '../../operations/operator-error.ts'
import { sendInvitation } from '../invitation-mail.ts'
import { listInvitations, withdrawInvitation } from '../invitations.ts'
import { operation } from '../operation.ts'
import { changeRole, disableUser, enableUser, unlinkUser } from '../user-acts.ts'
import { inviteUser, listUsers, makeOwnerLink, resetUser } from '../users.ts'
import { endedGrants, idOf, role, seconds, shortText, time, user } from './fields.ts'

const person = z
  .strictObject({
    id: z.string().describe('The `sub` of the tokens of this person.'),
    userName: z.string(),
    role,
    roleFrom: z
      .strictObject({
        identityProvider: z.string().describe('Its name in the configuration.'),
        rule: z.string().describe('Which rule, in words.'),
      })
      .optional()
      .describe('By what the person has the role. Absent: it was given by hand.'),
    state: z.enum(['active', 'disabled', 'test user']),
    isShutOut: z
      .literal(true)
      .optional()
      .describe('Nothing lets the person in any more: no identity provider, no passkey, no password.'),
    signsIn: z
      .array(z.string())
      .readonly()
      .describe('By what: identity providers by their names in the configuration, `passkey`, `password`.'),
    createdAt: time,
  })
  .meta({ id: 'User' })

const link = {
  link: z.string().describe('To be given to that person alone. It works once.'),
  expiresAt: time,
}

const invitation = z
  .strictObject({
    id: z.string(),
    recipient: z.string().optional().describe('For whom it is, in the words of whoever invited.'),
    role,
    createdAt: time,
    expiresAt: time,
  })
  .meta({ id: 'Invitation' })

export const listUsersOperation = operation({
  name: 'users.list',
  right: 'read_users',
  summary: 'List all accounts',
  method: 'GET',
  path: '/users',
  input: z.strictObject({}),
  output: z.array(person),
  run: (_, context) => listUsers(context),
})

export const inviteOperation = operation({
  name: 'users.invite',
  right: 'invite',
  summary: 'Make a link with which one person makes an account',
  method: 'POST',
  path: '/invitations',
  input: z.strictObject({
    recipient: shortText('a name').optional().describe('For whom it is, to tell it from others.'),
    lifetime: seconds({ least: 300, most: 90 * 86_400 })
      .optional()
      .describe('How long it works, in seconds. Default: seven days, and one day where it brings a role.'),
    role: role.optional().describe('What the person will be. Default: member. Another needs the right `change_roles`.'),
    email: z
      .string()
      .refine((text) => whyNotEmailAddress(text) === undefined, 'must be an e-mail address')
      .optional()
      .describe('Where the link is sent, instead of standing in the answer. The account has that address then.'),
    withLink: z
      .boolean()
      .optional()
      .describe('Whether the link stands in the answer all the same; then the account has no address.'),
  }),
  output: z.strictObject({
    id: z.string().describe('By which it is taken back.'),
    ...link,
    link: link.link.optional(),
    sentTo: z.string().optional(),
  }),
  status: 201,
  run: (input, context) =>
    input.email === undefined ? inviteUser(context, input) : sendInvitation(context, { ...input, email: input.email }),
})

export const listInvitationsOperation = operation({
  name: 'users.invitations',
  right: 'read_users',
  summary: 'List the invitations that nobody has used yet',
  method: 'GET',
  path: '/invitations',
  input: z.strictObject({}),
  output: z.array(invitation),
  run: (_, context) => listInvitations(context),
})

export const withdrawInvitationOperation = operation({
  name: 'users.withdraw',
  right: 'invite',
  summary: 'Take an invitation back: its link works no more',
  method: 'DELETE',
  path: '/invitations/{invitation}',
  input: z.strictObject({ invitation: idOf('an invitation') }),
  output: invitation,
  run: (input, context) => withdrawInvitation(context, input.invitation),
})

export const resetOperation = operation({
  name: 'users.reset',
  right: 'reset_passwords',
  summary: 'Make a link with which a person sets a new password, which ends all sessions and grants of that person',
  method: 'POST',
  path: '/users/{user}/reset-link',
  input: z.strictObject({ user }),
  output: z.strictObject(link),
  status: 201,
  run(input, context) {
    if (!context.configuration.passwords)
      throw new OperatorError('There are no passwords here: people sign in with an account elsewhere', {
        kind: 'conflict',
        nextStep: 'To let them sign in with a password set "passwords: true".',
      })
    return resetUser(context, input.user)
  },
})

export const disableOperation = operation({
  name: 'users.disable',
  right: 'disable_users',
  summary: 'Disable an account: its sessions end at once, and its grants within 5 seconds',
  method: 'POST',
  path: '/users/{user}/disable',
  input: z.strictObject({ user }),
  output: z.strictObject({ user: person, endedGrants }),
  run: (input, context) =>
    disableUser(context, input.user, (subject) => endGrantsOfSubject(subject, 'subject_disabled', context.grantEnds)),
})

export const enableOperation = operation({
  name: 'users.enable',
  right: 'disable_users',
  summary: 'Let a disabled account sign in again; grants that ended stay ended',
  method: 'POST',
  path: '/users/{user}/enable',
  input: z.strictObject({ user }),
  output: person,
  run: (input, context) =>
    enableUser(context, input.user, (subject) => endGrantsOfSubject(subject, 'subject_disabled', context.grantEnds)),
})

export const roleOperation = operation({
  name: 'users.role',
  right: 'change_roles',
  summary: 'Give a person another role; a higher one that an identity provider gives stays',
  method: 'PUT',
  path: '/users/{user}/role',
  input: z.strictObject({ user, role }),
  output: person,
  run: (input, context) => changeRole(context, input.user, input.role),
})

export const unlinkOperation = operation({
  name: 'users.unlink',
  right: 'disable_users',
  summary:
    'Have a person sign in with an identity provider no more: sessions that began so end at once, and all grants within 5 seconds',
  method: 'DELETE',
  path: '/users/{user}/identities/{identityProvider}',
  input: z.strictObject({ user, identityProvider: idOf('an identity provider, in the configuration') }),
  output: z.strictObject({ user: person, endedGrants }),
  run: ({ user: userName, identityProvider }, context) =>
    unlinkUser(context, { userName, identityProvider }, (subject) =>
      endGrantsOfSubject(subject, 'revoked_by_operator', context.grantEnds),
    ),
})

export const ownerLinkOperation = operation({
  name: 'links.owner',
  right: 'change_roles',
  summary: 'Make a link for the first account, the owner, while there is none; it ends the link before it',
  method: 'POST',
  path: '/owner-link',
  input: z.strictObject({}),
  output: z.strictObject(link),
  status: 201,
  run: (_, context) => makeOwnerLink(context),
})
