import type { ConnectionEvent } from '@portcullis/auth/protocol'
import type { Role } from './role.ts'

/** Who did something that the audit log has. */
export type AuditActor =
  /** On the machine itself; `user` as the environment of the command says, which whoever can write the database can write, too. */
  | { kind: 'command_line'; user?: string }
  /** Signed in, in a browser. */
  | { kind: 'account'; accountId: string; userName: string }
  /** With an administration token. */
  | { kind: 'token'; tokenId: string; name: string }
  /** The server by itself. */
  | { kind: 'server' }

/** What an administrator did. Never a link, a token or a secret. */
export type OperatorAct =
  /** `role`: what the invitation brings; absent of a member. */
  | { type: 'user_invited' | 'invitation_withdrawn'; invitation: string; role?: Role }
  | { type: 'owner_link_made' }
  | ({ type: 'reset_link_made' | 'user_disabled' | 'user_enabled' } & Person)
  /** `roleFrom`: by whose word, and which rule, where nobody did it by hand. */
  | ({ type: 'user_role_changed'; role: Role; before: Role; roleFrom?: RoleSource } & Person)
  | ({ type: 'identity_unlinked'; identityProvider: string } & Person)
  | { type: 'client_created' | 'client_deleted' | 'client_secret_renewed'; clientId: string }
  | { type: 'administration_token_created' | 'administration_token_revoked'; tokenId: string; name: string; role: Role }
  /** Asked for something that the role of whoever asked does not let them do. */
  | { type: 'administration_refused'; operation: string; role: Role }
  | Extract<
      ConnectionEvent,
      {
        type:
          | 'grant_ended'
          | 'consent_revoked'
          | 'signing_key_published'
          | 'signing_key_retired'
          | 'signing_key_removed'
      }
    >

/** What people do with their own accounts and an auditor asks after: who became somebody, and who came in that may administrate. */
export type PersonalAct = {
  type:
    | 'account_created'
    | 'administrator_signed_in'
    | 'administrator_password_set'
    | 'administrator_passkey_added'
    | 'administrator_passkey_removed'
    | 'administrator_email_changed'
    | 'administrator_identity_added'
    | 'administrator_identity_removed'
  role: Role
  roleFrom?: RoleSource
} & Person

/**
 * What the server says by itself: that entries stood in the log before it had a seal; that some of those from `first` to `last` say that they are of a server
 * and had none; that it started with other settings than before.
 */
type OwnAct =
  | { type: 'audit_log_sealed'; entries: number }
  | { type: 'audit_entries_doubted'; first: number; last: number }
  | { type: 'settings_changed'; settings: readonly string[] }
  /** The identity provider of the last owner who could sign in lets them in no more. */
  | ({ type: 'owners_shut_out'; identityProvider: string } & Person)

export type AuditAct = OperatorAct | PersonalAct | OwnAct

/** Which rule of which identity provider gives a role. */
export interface RoleSource {
  /** Its name in the configuration. */
  identityProvider: string
  /** In words: `the group "Administrators"`. */
  rule: string
}

interface Person {
  accountId: string
  userName: string
}
