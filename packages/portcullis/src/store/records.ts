import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import type { Doubt, Entry } from '../recorder/attempt.ts'
import type { AuditAct, AuditActor } from './audit-acts.ts'
import type { AdministratorRole, Role } from './role.ts'

/** A person who can sign in. Its id is the `sub` of tokens and is never given to anybody else. */
export interface AccountRecord {
  /** As the person wrote it. */
  userName: string
  role: Role
  /** Seconds since the epoch. */
  createdAt: number
  /** Confirmed by a link that was sent there. */
  email?: string
  /** Test users of dev sign-in have none. */
  password?: PasswordHash
  /** Since when the account cannot be used, in seconds since the epoch. */
  disabledAt?: number
  /** Moves on when all sessions of the account end; a session of an earlier epoch is over. */
  sessionEpoch: number
  /** Ids of the identities by which the person signs in. Here, so that one commit adds or takes one while no other is taken. */
  identities?: readonly string[]
  /** Its person came by an identity: without one that lets them in nothing else does, so that who is out there is out here. */
  isFromIdentityProvider?: true
}

/** Who somebody is at an identity provider, and which account that opens. Its id is the SHA-256 of issuer and subject. */
export interface IdentityRecord {
  accountId: string
  /** Its name in the configuration. */
  identityProvider: string
  issuer: string
  subject: string
  /** How the identity provider calls the person, for pages and the operator. */
  label: string
  name?: string
  /** Verified there. */
  email?: string
  /** Of the person's groups those that are told to the MCP server. */
  groups: readonly string[]
  linkedAt: number
  signedInAt: number
  /** When the identity provider last said that the person is who they were, in seconds since the epoch. */
  checkedAt: number
  /** When it was last asked, answer or not: while that is recent, nobody else asks. */
  askedAt: number
  /** What it is asked by, encrypted with the operator's secret. */
  upstream?: string
  /** Since when it does not open the account, until the person signs in by it again. */
  endedAt?: number
  /** Moves on when it ends: a session of an earlier epoch is over. */
  epoch: number
  /** The role that its word gives by the operator's rules, beside the one of the account. */
  role?: GivenRole
  /** A hash of the rules that `role` follows: where there are others by now, it counts for nothing. */
  roleRules?: string
}

/** A role by the word of an identity provider. */
export interface GivenRole {
  role: AdministratorRole
  /** Which rule gives it, in words. */
  rule: string
  /** When the identity provider last told enough to say so, in seconds since the epoch. */
  saidAt: number
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

/** Who has an e-mail address; its id is the address in lower case. */
export interface EmailAddressRecord {
  accountId: string
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
  /** When this browser signed in, where the person proved before that who they are, or has anew since then. In seconds since the epoch. */
  startedAt?: number
  /** The identity by which it began: where that ends, it is over. */
  identityId?: string
  identityEpoch?: number
  /** The identity provider did not say when the person proved who they are: `authTime` is when it answered. */
  isAuthTimeUnproved?: true
  /** Browser and system in words, as they were at sign-in: `Firefox on Windows`. */
  browser?: string
  /** Where the sign-in came from, shortened to what names a neighbourhood: `192.0.2.x`. */
  network?: string
}

/** A passkey of an account (WebAuthn). Its id is the SHA-256 of the credential id, so that no two accounts have the same. */
export interface PasskeyRecord {
  accountId: string
  /** As the person calls it. */
  name: string
  /** base64url. */
  credentialId: string
  /** COSE (RFC 9052), base64url. */
  publicKey: string
  /** How often its authenticator says that it was used; 0 where it does not count. */
  counter: number
  /** How a browser reaches it, as the browser said. */
  transports: string[]
  /** Whether its provider keeps a copy for other devices of the person. */
  isBackedUp: boolean
  createdAt: number
  /** When it was last used, in seconds since the epoch. */
  usedAt?: number
}

/** A challenge that was answered, which counts once. Its id is its SHA-256. */
export type UsedChallengeRecord = Record<string, never>

/** A link that does one thing once. Its id is the SHA-256 of what the link carries. */
export interface LinkRecord {
  purpose: 'owner' | 'invitation' | 'reset' | 'recovery' | 'email'
  /** Whose password a reset sets. */
  accountId?: string
  /** Where the link was sent, and nowhere else: whoever uses it reads there. */
  email?: string
  /** For whom an invitation is, in the words of whoever invited. */
  recipient?: string
  /** The account of whoever made it, where that was an administrator who has one: it works while they may make such links. */
  madeBy?: string
  /** The role that an invitation brings. Absent: member. */
  role?: AdministratorRole
  createdAt: number
}

/** There is an owner: one record, so that only one first owner can be made. */
export interface OwnerRecord {
  accountId: string
}

/** One entry of the audit log: who did what, when, and the hashes that chain it to the entry before. Its id is `sequence`, in twelve digits. */
export interface AuditRecord {
  /** From 1 on, without a gap. */
  sequence: number
  /** Seconds since the epoch. */
  at: number
  by: AuditActor
  act: AuditAct
  /** `refused`: it was asked for, and not done. */
  result: 'done' | 'refused'
  /** The hash of the entry before; of the first, zeros. */
  previous: string
  /** SHA-256 of all the fields above, in hexadecimal. */
  hash: string
}

/** Where the audit log ends: one record, which every entry moves on, so that the chain has no forks. */
export interface AuditHeadRecord {
  /** Of the last entry; 0 before there is one. */
  sequence: number
  hash: string
  /** Says of the log up to an entry that whoever wrote it has the server's secret. */
  seal?: AuditSeal
}

export interface AuditSeal {
  sequence: number
  /** Of the secret that it is made with. */
  keyId: string
  /** HMAC-SHA256 over sequence and hash of that entry, in hexadecimal. */
  mac: string
}

/** How far the audit log has come into the log of a server on this database: one record. */
export interface AuditFollowedRecord {
  sequence: number
  hash: string
}

/** What lets a program administrate this server. Its id is the SHA-256 of the token. */
export interface AdministrationTokenRecord {
  /** As whoever made it calls it. */
  name: string
  role: Role
  /** Seconds since the epoch. */
  createdAt: number
  createdBy: AuditActor
  /** The account of who made the token that made it, where that was a person: it works while they may make one. */
  accountId?: string
  /** When it was used last, to the hour. */
  usedAt?: number
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
  /** MACs of the settings that a server started with last, by their names, and which secret they are made with. */
  settings?: { keyId: string; macs: Record<string, string> }
}

/** One attempt of a client to connect, as the flight recorder keeps it. Times are milliseconds since the epoch. */
export interface AttemptRecord {
  startedAt: number
  changedAt: number
  /** Where the client's own requests come from: a service, or a network address. */
  network?: string
  /** Hashes that stand for the person's browsers. */
  browsers: readonly string[]
  /** Hashes that stand for its authorization requests. */
  requests: readonly string[]
  clientIds: readonly string[]
  grantIds: readonly string[]
  /** What it calls itself, on the client's own requests. */
  agents: readonly string[]
  /** Of the client's own requests. */
  addresses: readonly string[]
  /** As it claims. */
  clientName?: string
  /** Without their queries. */
  redirectUris: readonly string[]
  /** Who signed in. */
  subject?: string
  /** What the token is for. */
  resource?: string
  /** Of several MCP servers the one that the client connects to, by its public URL. */
  server?: string
  /** When the first authorised call was answered. */
  connectedAt?: number
  /** The attempt before it, which the same client gave up, or which worked until now. */
  follows?: string
  /** What is not certain of what belongs to it. */
  doubts: readonly Doubt[]
  entries: readonly Entry[]
  /** Entries that there was no room for. */
  omitted: number
}

/** All kinds of record in the program's store: the library's and its own. */
export type ProgramKinds = AuthorizationServerKinds & {
  account: { value: AccountRecord; index: 'all' }
  userName: { value: UserNameRecord; index: never }
  identity: { value: IdentityRecord; index: never }
  emailAddress: { value: EmailAddressRecord; index: never }
  session: { value: SessionRecord; index: 'account' }
  passkey: { value: PasskeyRecord; index: 'account' }
  usedChallenge: { value: UsedChallengeRecord; index: never }
  link: { value: LinkRecord; index: 'purpose' | 'account' }
  owner: { value: OwnerRecord; index: never }
  audit: { value: AuditRecord; index: 'all' }
  auditHead: { value: AuditHeadRecord; index: never }
  administrationToken: { value: AdministrationTokenRecord; index: 'all' }
  auditFollowed: { value: AuditFollowedRecord; index: never }
  forgivenAttempts: { value: ForgivenAttemptsRecord; index: never }
  grantUse: { value: GrantUseRecord; index: never }
  server: { value: ServerRecord; index: never }
  attempt: { value: AttemptRecord; index: 'all' | 'client' | 'grant' | 'network' }
}
