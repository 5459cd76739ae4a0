import { signingKeyPublished } from '../operations/connection-lines.ts'
import { grantEndReasons } from '../operations/reasons.ts'
import type { AuditAct, AuditActor, RoleSource } from '../store/audit-acts.ts'
import { isHigher, type Role } from '../store/role.ts'

/** Who it was, as people call them. */
export function nameOfActor(by: AuditActor): string {
  switch (by.kind) {
    case 'command_line':
      return by.user === undefined ? 'command line' : `${by.user}, on the command line`
    case 'account':
      return by.userName
    case 'token':
      return `the token ${by.name}`
    case 'server':
      return 'the server'
    default:
      return by satisfies never
  }
}

/** What was done, as a sentence without its full stop. */
export function sentenceOfAct(act: AuditAct): string {
  switch (act.type) {
    case 'user_invited':
      return `An operator made an invitation${intoRole(act)}`
    case 'invitation_withdrawn':
      return `An operator took an invitation${intoRole(act)} back`
    case 'owner_link_made':
      return 'An operator made a link for the first owner'
    case 'reset_link_made':
      return `An operator made a link with which ${act.userName} sets a new password`
    case 'user_disabled':
      return `An operator disabled ${act.userName}`
    case 'user_enabled':
      return `An operator enabled ${act.userName} again`
    case 'user_role_changed':
      return roleChanged(act)
    case 'identity_unlinked':
      return `An operator had ${act.userName} sign in with ${act.identityProvider} no more`
    case 'client_created':
      return `An operator made the client ${act.clientId}`
    case 'client_deleted':
      return `An operator deleted the client ${act.clientId}`
    case 'client_secret_renewed':
      return `An operator gave the client ${act.clientId} another secret`
    case 'grant_ended':
      return `An operator ended a grant, because ${grantEndReasons[act.reason]}`
    case 'signing_key_published':
      return `An operator changed the signing keys. ${signingKeyPublished(act)}`
    case 'signing_key_retired':
      return 'An operator changed the signing keys: one signs no more'
    case 'signing_key_removed':
      return 'An operator took a signing key back'
    case 'consent_revoked':
      return 'An operator forgot what a person had allowed a client'
    case 'administration_token_created':
      return `An operator made the administration token "${act.name}" (${act.role})`
    case 'administration_token_revoked':
      return `An operator revoked the administration token "${act.name}"`
    case 'administration_refused':
      return `Refused ${act.operation}, which a role other than ${act.role} is for`
    case 'account_created':
      return `${act.userName} made an account${act.role === 'member' ? '' : `, and is ${roleWords[act.role]}`}`
    case 'administrator_signed_in':
      return `${act.userName} signed in, who may administrate${bySource(act)}`
    case 'administrator_password_set':
      return `${act.userName} set a password, who may administrate${bySource(act)}`
    case 'administrator_passkey_added':
      return `${act.userName} added a passkey, who may administrate${bySource(act)}`
    case 'administrator_passkey_removed':
      return `${act.userName} removed a passkey, who may administrate${bySource(act)}`
    case 'administrator_email_changed':
      return `${act.userName} has another e-mail address or none, who may administrate${bySource(act)}`
    case 'administrator_identity_added':
      return `${act.userName} added an account elsewhere, who may administrate${bySource(act)}`
    case 'administrator_identity_removed':
      return `${act.userName} removed an account elsewhere, who may administrate${bySource(act)}`
    case 'settings_changed':
      return `The server started with other settings than before: ${act.settings.join(', ')}`
    case 'owners_shut_out':
      return `NO OWNER CAN SIGN IN ANY MORE: ${act.identityProvider} lets ${act.userName} in no more, who was the last. Make another on this machine: portcullis users role NAME owner, or portcullis users invite --role owner`
    case 'audit_log_sealed':
      return `Sealed the audit log for the first time, with ${act.entries} entries in it`
    case 'audit_entries_doubted':
      return `Found ${act.first === act.last ? `that the entry ${act.first} of the audit log says` : `that entries from ${act.first} to ${act.last} of the audit log say`} to be of the console, the API or a server, none of which leaves any without a seal: somebody may have written them into the database`
    default:
      return act satisfies never
  }
}

function intoRole({ role }: { role?: Role }): string {
  return role === undefined ? '' : ` for ${roleWords[role]}`
}

function bySource({ roleFrom }: { roleFrom?: RoleSource }): string {
  return roleFrom === undefined ? '' : ` by ${roleFrom.rule} of ${roleFrom.identityProvider}`
}

function roleChanged({ userName, role, before, roleFrom }: Extract<AuditAct, { type: 'user_role_changed' }>): string {
  if (roleFrom === undefined) return `An operator made ${userName} ${roleWords[role]}, who was ${roleWords[before]}`
  const by = bySource({ roleFrom })
  return isHigher(role, before)
    ? `${userName} is ${roleWords[role]}${by}, and was ${roleWords[before]}`
    : `${userName} is ${roleWords[role]}, and no more ${roleWords[before]}${by}`
}

const roleWords: Readonly<Record<Role, string>> = {
  owner: 'an owner',
  operator: 'an operator',
  auditor: 'an auditor',
  member: 'a member',
}
