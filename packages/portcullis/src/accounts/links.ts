import { createHash } from 'node:crypto'
import type { Change, Entry } from '@portcullis/auth/authorization-server'
import { listAll } from '../store/list-all.ts'
import type { AccountRecord, IdentityRecord, LinkRecord, ProgramKinds } from '../store/records.ts'
import { isHigher, type Role } from '../store/role.ts'
import type { AccountsContext } from './context.ts'
import { createOpaqueToken, idOfToken } from './opaque-token.ts'

export type LinkPurpose = LinkRecord['purpose']

/** What a link carries, to be shown once, and until when it works. */
export interface IssuedLink {
  token: string
  /** Names it to the operator, and opens nothing. */
  id: string
  /** Seconds since the epoch. */
  expiresAt: number
}

const day = 86_400
const lifetimeOf: Readonly<Record<LinkPurpose, number>> = {
  owner: day,
  invitation: 7 * day,
  reset: day,
  recovery: 3600,
  email: 3600,
}

/** The paths that links lead to. */
export const linkPaths: Readonly<Record<LinkPurpose, string>> = {
  owner: '/account/welcome',
  invitation: '/account/invitation',
  reset: '/account/reset',
  recovery: '/account/recover',
  email: '/account/email/confirm',
}

/** The link itself, to be given to one person. */
export function formatLink(origin: string, purpose: LinkPurpose, { token }: IssuedLink): string {
  return `${origin}${linkPaths[purpose]}?token=${token}`
}

/** What an invitation says. */
export interface Invitation {
  /** For whom it is. */
  recipient?: string | undefined
  /** In seconds. Default: 7 days, and one day where it brings a role. */
  lifetime?: number | undefined
  email?: string | undefined
  /** What the person will be. Default: member. */
  role?: Role | undefined
  /** The account of whoever makes it. */
  madeBy?: string | undefined
}

type LinkRequest =
  | { purpose: 'owner' }
  | ({ purpose: 'invitation' } & Invitation)
  | { purpose: 'reset'; accountId: string; madeBy?: string | undefined }
  | { purpose: 'recovery' | 'email'; accountId: string; email: string }

/** Makes a link. A new owner link, and a new link of its kind for the same account, end those made before. */
export async function issueLink(
  context: Pick<AccountsContext, 'store' | 'now'>,
  request: LinkRequest,
): Promise<IssuedLink> {
  for (;;) {
    const issued = await issueLinkWith(context, request, [])
    if (issued !== undefined) return issued
  }
}

/** The same in one commit with `alongside`; resolves to `undefined` where something is not as it was read any more. */
export async function issueLinkWith(
  { store, now }: Pick<AccountsContext, 'store' | 'now'>,
  request: LinkRequest,
  alongside: readonly Change<ProgramKinds>[],
): Promise<IssuedLink | undefined> {
  const earlier = await replacedBy(request, store)
  const token = createOpaqueToken()
  const expiresAt = now() + (lifetimeAsked(request) ?? lifetimeOf[request.purpose])
  const written = await store.commit([
    ...earlier.map(changeToEnd),
    {
      kind: 'link',
      id: idOfToken(token),
      version: 'absent',
      value: { ...recordOf(request), createdAt: now() },
      expiresAt,
      index: { purpose: request.purpose, ...('accountId' in request && { account: request.accountId }) },
    },
    ...alongside,
  ])
  return written ? { token, id: linkIdOf(idOfToken(token)), expiresAt } : undefined
}

/** The id under which an operator names a link: letters and digits that no command line takes for an option, and short enough to type. */
export function linkIdOf(recordId: string): string {
  return createHash('sha256').update(recordId).digest('hex').slice(0, 10)
}

/** The link that carries `token`, if it is for `purpose` and still works. */
export async function findLink(
  { store }: Pick<AccountsContext, 'store'>,
  purpose: LinkPurpose,
  token: string,
): Promise<Entry<LinkRecord> | undefined> {
  const link = await store.get('link', idOfToken(token))
  return link?.value.purpose === purpose ? link : undefined
}

/** The change by which a link is used up; it goes into the commit of what the link does. */
export function changeToEnd(link: Entry<LinkRecord>): Change<ProgramKinds> {
  return { kind: 'link', id: link.id, version: link.version, value: undefined }
}

/** The changes by which the links of an account work no more: where it passes to somebody else, or may do more from now on than whoever asked for them could. */
export async function changesToEndLinks(
  { store }: Pick<AccountsContext, 'store'>,
  accountId: string,
): Promise<Change<ProgramKinds>[]> {
  return (await store.list('link', 'account', accountId)).map(changeToEnd)
}

/** The changes that end the invitations and the links for a new password that somebody made who may make none any more. */
export async function changesToEndLinksOf(
  { store }: Pick<AccountsContext, 'store'>,
  madeBy: string,
): Promise<Change<ProgramKinds>[]> {
  const made = await Promise.all(
    (['invitation', 'reset'] as const).map((purpose) => listAll(store, 'link', 'purpose', purpose)),
  )
  return made
    .flat()
    .filter(({ value }) => value.madeBy === madeBy)
    .map(changeToEnd)
}

/** The same where a role falls that the word of an identity provider gave; none where the account has as high a one by hand, or it does not fall. */
export async function changesOfFallenRole(
  context: Pick<AccountsContext, 'store'>,
  { id, value }: Pick<Entry<AccountRecord>, 'id' | 'value'>,
  { before, after }: { before: Pick<IdentityRecord, 'role'>; after: Pick<IdentityRecord, 'role'> | undefined },
): Promise<Change<ProgramKinds>[]> {
  const was: Role = before.role?.role ?? 'member'
  const is: Role = after?.role?.role ?? 'member'
  return isHigher(was, is) && isHigher(was, value.role) ? changesToEndLinksOf(context, id) : []
}

function lifetimeAsked(request: LinkRequest): number | undefined {
  if (request.purpose !== 'invitation') return undefined
  const { lifetime, role = 'member' } = request
  return lifetime ?? (role === 'member' ? undefined : day)
}

function recordOf(request: LinkRequest): Omit<LinkRecord, 'createdAt'> {
  const { lifetime: _, madeBy, recipient, email, role = 'member', ...others } = { ...nothingSaid, ...request }
  return {
    ...others,
    ...(recipient !== undefined && { recipient }),
    ...(email !== undefined && { email }),
    ...(madeBy !== undefined && { madeBy }),
    ...(role !== 'member' && { role }),
  }
}

const nothingSaid: Omit<Invitation, 'purpose'> = {}

async function replacedBy(
  request: LinkRequest,
  store: AccountsContext['store'],
): Promise<readonly Entry<LinkRecord>[]> {
  switch (request.purpose) {
    case 'invitation':
      return []
    case 'owner':
      return store.list('link', 'purpose', 'owner')
    case 'reset':
    case 'recovery':
    case 'email': {
      const links = await store.list('link', 'account', request.accountId)
      return links.filter(({ value }) => value.purpose === request.purpose)
    }
    default:
      return request satisfies never
  }
}
