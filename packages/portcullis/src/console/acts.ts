import type { AnyOperation } from '../administration/catalogue.ts'
import {
  endGrantOperation,
  endGrantsOfUserOperation,
  withdrawConsentsOperation,
} from '../administration/operations/access.ts'
import {
  createClientOperation,
  deleteClientOperation,
  renewSecretOperation,
} from '../administration/operations/clients.ts'
import { retireKeyOperation, revokeKeysOperation, rotateKeysOperation } from '../administration/operations/keys.ts'
import {
  disableOperation,
  enableOperation,
  inviteOperation,
  resetOperation,
  roleOperation,
  unlinkOperation,
  withdrawInvitationOperation,
} from '../administration/operations/people.ts'
import { createTokenOperation, revokeTokenOperation } from '../administration/operations/tokens.ts'
import type { Right } from '../administration/rights.ts'
import { clientAuthenticationMethods } from '../config/client-authentication-methods.ts'
import { clientGrantTypes } from '../config/client-grant-types.ts'
import { roles } from '../store/role.ts'
import type { Room } from './rooms.ts'

/** What the form of an act asks for. */
export interface ActField {
  name: string
  label: string
  /** `lines`: one value each. */
  kind: 'text' | 'choice' | 'lines' | 'days'
  choices?: readonly string[]
  hint?: string
  isOptional?: true
  /** Of `days`: so many at the most. */
  most?: number
  /** It is asked for only where mail is configured. */
  needsMail?: true
  /** Asked of whoever has that right alone. */
  right?: Right
}

/** Something that an administrator does here: an operation, with a page that says what it does before it is done. */
export interface Act {
  operation: AnyOperation
  /** On buttons and as the heading of the page. */
  label: string
  room: Room
  /** It cannot be taken back by its opposite. */
  isDanger?: true
  /** What the page asks for; what is in its address already, it only shows. */
  fields?: readonly ActField[]
  /** Of what it acts on, by the names of its inputs, in words. */
  on?: Readonly<Record<string, string>>
  /** What it answers that is shown this once, with what to do with it. */
  shownOnce?: { field: 'link' | 'clientSecret' | 'token'; label: string; hint: string }
  /** What is said when it is done. */
  done: string
}

const person = { user: 'Person' }
const linkHint = 'Give it to that person alone, by a way that nobody else reads. It works once.'

/** All of them, by the names of their operations. */
export const acts: ReadonlyMap<string, Act> = byName([
  {
    operation: inviteOperation,
    label: 'Invite somebody',
    room: 'users',
    fields: [
      {
        name: 'recipient',
        label: 'For whom',
        kind: 'text',
        isOptional: true,
        hint: 'To tell it from other invitations.',
      },
      {
        name: 'role',
        label: 'Role',
        kind: 'choice',
        choices: ['', 'auditor', 'operator', 'owner'],
        isOptional: true,
        right: 'change_roles',
        hint: 'Default: member. Whoever uses the link has the role at once.',
      },
      {
        name: 'lifetime',
        label: 'Works for (days)',
        kind: 'days',
        most: 90,
        isOptional: true,
        hint: 'Default: 7, and 1 where it brings a role.',
      },
      {
        name: 'email',
        label: 'E-mail address',
        kind: 'text',
        isOptional: true,
        needsMail: true,
        hint: 'The link is sent there instead of being shown, and the account has that address.',
      },
    ],
    shownOnce: { field: 'link', label: 'The invitation', hint: linkHint },
    done: 'The invitation is made.',
  },
  {
    operation: withdrawInvitationOperation,
    label: 'Take the invitation back',
    room: 'users',
    on: { invitation: 'Invitation' },
    done: 'The invitation is taken back.',
  },
  {
    operation: resetOperation,
    label: 'Make a link for a new password',
    room: 'users',
    on: person,
    shownOnce: { field: 'link', label: 'The link', hint: linkHint },
    done: 'The link is made.',
  },
  {
    operation: disableOperation,
    label: 'Disable the account',
    room: 'users',
    isDanger: true,
    on: person,
    done: 'The account is disabled.',
  },
  {
    operation: enableOperation,
    label: 'Enable the account',
    room: 'users',
    on: person,
    done: 'The account is enabled.',
  },
  {
    operation: roleOperation,
    label: 'Change the role',
    room: 'users',
    on: person,
    fields: [
      {
        name: 'role',
        label: 'Role',
        kind: 'choice',
        choices: roles,
        hint: 'An owner may do everything, an operator all but change who may administrate, an auditor only look, a member only use the server.',
      },
    ],
    done: 'The role is changed.',
  },
  {
    operation: unlinkOperation,
    label: 'Unlink the identity provider',
    room: 'users',
    isDanger: true,
    on: { ...person, identityProvider: 'Identity provider' },
    done: 'It is unlinked.',
  },
  {
    operation: endGrantsOfUserOperation,
    label: 'End all grants',
    room: 'grants',
    isDanger: true,
    on: person,
    done: 'All grants are ended.',
  },
  {
    operation: withdrawConsentsOperation,
    label: 'Forget what was allowed',
    room: 'grants',
    isDanger: true,
    on: { ...person, client: 'Client' },
    done: 'It is forgotten.',
  },
  {
    operation: endGrantOperation,
    label: 'End the grant',
    room: 'grants',
    isDanger: true,
    on: { grant: 'Grant' },
    done: 'The grant is ended.',
  },
  {
    operation: createClientOperation,
    label: 'Make a client',
    room: 'clients',
    fields: [
      { name: 'name', label: 'Name', kind: 'text', isOptional: true, hint: 'How pages call it.' },
      {
        name: 'redirectUris',
        label: 'Redirect URIs',
        kind: 'lines',
        isOptional: true,
        hint: 'One on each line; needed for people to sign in.',
      },
      {
        name: 'grantTypes',
        label: 'Grant types',
        kind: 'lines',
        isOptional: true,
        hint: `One on each line, of ${clientGrantTypes.join(', ')}. Default: the first two.`,
      },
      {
        name: 'method',
        label: 'How it authenticates',
        kind: 'choice',
        choices: ['', ...clientAuthenticationMethods],
        isOptional: true,
        hint: 'Default: client_secret_basic.',
      },
    ],
    shownOnce: { field: 'clientSecret', label: 'Its secret', hint: 'Put it where the client keeps its secrets.' },
    done: 'The client is made.',
  },
  {
    operation: renewSecretOperation,
    label: 'Make another secret',
    room: 'clients',
    isDanger: true,
    on: { client: 'Client' },
    shownOnce: { field: 'clientSecret', label: 'The new secret', hint: 'Put it where the client keeps its secrets.' },
    done: 'The client has another secret.',
  },
  {
    operation: deleteClientOperation,
    label: 'Delete the client',
    room: 'clients',
    isDanger: true,
    on: { client: 'Client' },
    done: 'The client is deleted.',
  },
  {
    operation: rotateKeysOperation,
    label: 'Rotate the signing key',
    room: 'keys',
    done: 'The next key is published.',
  },
  {
    operation: revokeKeysOperation,
    label: 'Take back all keys at once',
    room: 'keys',
    isDanger: true,
    done: 'All keys are taken back.',
  },
  {
    operation: retireKeyOperation,
    label: 'Take the key back',
    room: 'keys',
    isDanger: true,
    on: { key: 'Key' },
    done: 'The key is taken back.',
  },
  {
    operation: createTokenOperation,
    label: 'Make a token',
    room: 'tokens',
    fields: [
      { name: 'name', label: 'Name', kind: 'text', hint: 'What it is for.' },
      { name: 'role', label: 'Role', kind: 'choice', choices: ['auditor', 'operator', 'owner'] },
      { name: 'lifetime', label: 'Works for (days)', kind: 'days', most: 366, isOptional: true, hint: 'Default: 90.' },
    ],
    shownOnce: { field: 'token', label: 'The token', hint: 'Put it where your program keeps its secrets.' },
    done: 'The token is made.',
  },
  {
    operation: revokeTokenOperation,
    label: 'Revoke the token',
    room: 'tokens',
    isDanger: true,
    on: { token: 'Token' },
    done: 'The token is revoked.',
  },
])

function byName(all: readonly Act[]): ReadonlyMap<string, Act> {
  return new Map(all.map((act) => [act.operation.name, act]))
}
