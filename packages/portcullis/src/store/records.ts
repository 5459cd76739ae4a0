import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import type { ConnectionEvent } from '@portcullis/auth/protocol'

/** A person who can sign in. Its id is the `sub` of tokens and is never given to anybody else. */
export interface AccountRecord {
  /** As the person wrote it. */
  userName: string
  role: 'owner' | 'member'
  /** Seconds since the epoch. */
  createdAt: number
  /** Test users of dev sign-in have none. */
  password?: PasswordHash
  /** Since when the account cannot be used, in seconds since the epoch. */
  disabledAt?: number
  /** Moves on when all sessions of the account end; a session of an earlier epoch is over. */
  sessionEpoch: number
}

/** What is kept of a password (RFC 7914), with the parameters it was made with. */
export interface PasswordHash {
  algorithm: 'scrypt'
  cost: number
  blockSize: number
  parallelization: number
  /** base64url. */
  salt: string
  /** base64url. */
  hash: string
}

/** Who has a user name; its id is the name in the form in which names are compared. */
export interface UserNameRecord {
  accountId: string
}

/** One browser that is signed in. Its id is the SHA-256 of the cookie's value. */
export interface SessionRecord {
  accountId: string
  /** The account's epoch when the session began. */
  sessionEpoch: number
  /** When the person proved who they are, in seconds since the epoch. */
  authTime: number
  /** When the session was last prolonged. */
  seenAt: number
  /** Begun by dev sign-in, so that it counts only where that is allowed (law 10). */
  isDev?: true
}

/** A link that does one thing once. Its id is the SHA-256 of what the link carries. */
export interface LinkRecord {
  purpose: 'owner' | 'invitation' | 'reset'
  /** Whose password a reset sets. */
  accountId?: string
  /** For whom an invitation is, in the words of whoever invited. */
  recipient?: string
  createdAt: number
}

/** There is an owner: one record, so that only one first owner can be made. */
export interface OwnerRecord {
  accountId: string
}

/** What an operator did on the command line. Never a link. */
export type OperatorAct =
  | { type: 'user_invited' | 'invitation_withdrawn'; invitation: string }
  | { type: 'owner_link_made' }
  | { type: 'reset_link_made' | 'user_disabled' | 'user_enabled'; accountId: string; userName: string }
  | { type: 'client_created' | 'client_deleted' | 'client_secret_renewed'; clientId: string }
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

/** An act of an operator that has still to come into the log of the server on the same database. */
export interface OperatorActRecord {
  act: OperatorAct
  /** Seconds since the epoch. */
  at: number
  /** Who it was, as the environment of the command says. */
  by?: string
}

/** Attempts to sign in that proved right, and so do not count. Its id is the kind of attempt and the quarter of an hour. */
export interface ForgivenAttemptsRecord {
  count: number
}

/** What a client did under a grant, as far as it is kept: it goes with the grant, and where nothing was done for as long as a grant lives. Its id is the grant's. */
export interface GrantUseRecord {
  /** When it last called, in seconds since the epoch. */
  usedAt: number
  /** The tools that it called last, the latest first; at most 20. */
  tools: readonly CalledTool[]
  /** Calls of tools that are not among these any more. Absent: none. */
  furtherCalls?: number
  /** Requests that nobody read, in which tools may have been called. Absent: none. */
  unreadRequests?: number
}

export interface CalledTool {
  name: string
  count: number
  /** The last time, in seconds since the epoch. */
  calledAt: number
}

/** What the server that runs says of itself to the commands beside it: one record. */
export interface ServerRecord {
  publicUrl: string
}

/** All kinds of record in the program's store: the library's and its own. */
export type ProgramKinds = AuthorizationServerKinds & {
  account: { value: AccountRecord; index: 'all' }
  userName: { value: UserNameRecord; index: never }
  session: { value: SessionRecord; index: 'account' }
  link: { value: LinkRecord; index: 'purpose' | 'account' }
  owner: { value: OwnerRecord; index: never }
  operatorAct: { value: OperatorActRecord; index: 'all' }
  forgivenAttempts: { value: ForgivenAttemptsRecord; index: never }
  grantUse: { value: GrantUseRecord; index: never }
  server: { value: ServerRecord; index: never }
}
