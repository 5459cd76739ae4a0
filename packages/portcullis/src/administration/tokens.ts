import type { Entry, Store } from '@portcullis/auth/authorization-server'
import { linkIdOf } from '../accounts/links.ts'
import { allTokens, makerOf } from '../accounts/made-by.ts'
import { createOpaqueToken, idOfToken } from '../accounts/opaque-token.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { AuditActor } from '../store/audit-acts.ts'
import type { AdministrationTokenRecord, ProgramKinds } from '../store/records.ts'
import type { Role } from '../store/role.ts'
import type { Administrator } from './administrator.ts'
import { type RoleNowContext, roleNow } from './held-role.ts'
import { mayDo } from './rights.ts'

interface TokensContext {
  store: Store<ProgramKinds>
  /** Seconds since the epoch. */
  now: () => number
}

/** A token as administrators are shown it: never itself. */
export interface TokenSummary {
  /** Names it, and opens nothing. */
  id: string
  name: string
  role: Role
  /** Seconds since the epoch. */
  createdAt: number
  createdBy: AuditActor
  /** Seconds since the epoch. */
  expiresAt: number
  /** When it was used last, to the hour. Absent: never. */
  usedAt?: number
}

/** By this secret scanners, and people, know one. */
const prefix = 'portcullis_admin_'

/** Makes a token, which is shown this once. `lifetime` in seconds. */
export async function createToken(
  { store, now, administrator }: TokensContext & { administrator: Administrator },
  { name, role, lifetime }: { name: string; role: Role; lifetime: number },
): Promise<TokenSummary & { token: string }> {
  const token = `${prefix}${createOpaqueToken()}`
  const id = idOfToken(token)
  const expiresAt = now() + lifetime
  const { by: createdBy, madeBy: accountId } = administrator
  const about = { name, role, createdAt: now(), createdBy }
  const value: AdministrationTokenRecord = { ...about, ...(accountId !== undefined && { accountId }) }
  const index = { all: 'all' }
  await store.commit([{ kind: 'administrationToken', id, version: 'absent', value, expiresAt, index }])
  return { ...summaryOf({ id, value, version: 0, expiresAt }), token }
}

/** Those that work, the oldest first. */
export async function listTokens({ store }: Pick<TokensContext, 'store'>): Promise<TokenSummary[]> {
  const tokens = (await allTokens(store)).map(summaryOf)
  return tokens.sort((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id))
}

/** Ends a token at once. Throws `OperatorError` when there is none of this id. */
export async function revokeToken({ store }: Pick<TokensContext, 'store'>, id: string): Promise<TokenSummary> {
  for (;;) {
    const token = (await allTokens(store)).find((each) => linkIdOf(each.id) === id)
    if (token === undefined)
      throw new OperatorError(`There is no administration token "${id}"`, {
        kind: 'not_found',
        nextStep: 'See which there are: portcullis tokens list',
      })
    const { id: recordId, version } = token
    if (await store.commit([{ kind: 'administrationToken', id: recordId, version, value: undefined }]))
      return summaryOf(token)
  }
}

/** Whom a token stands for; `undefined` where it is none that works: whose maker may make none any more, neither. That it is used is written down once in an hour. */
export async function administratorOfToken(
  context: TokensContext & RoleNowContext,
  token: string,
): Promise<Administrator | undefined> {
  const { store, now } = context
  if (!token.startsWith(prefix)) return undefined
  const entry = await store.get('administrationToken', idOfToken(token))
  if (entry === undefined) return undefined
  const { id, version, value, expiresAt } = entry
  const { name, role, usedAt = 0 } = value
  const madeBy = makerOf(value)
  // Looked at whenever it is used: it may have been made in the very moment in which its maker was kept from it.
  const maker = madeBy === undefined ? undefined : await store.get('account', madeBy)
  if (madeBy !== undefined && maker === undefined) return undefined
  if (maker !== undefined && !mayDo(maker.value, await roleNow(context, maker), 'manage_tokens')) return undefined
  if (now() - usedAt >= 3600) {
    const used = { ...value, usedAt: now() }
    const until = expiresAt === undefined ? {} : { expiresAt }
    await store.commit([{ kind: 'administrationToken', id, version, value: used, ...until, index: { all: 'all' } }])
  }
  return { role, by: { kind: 'token', tokenId: linkIdOf(id), name }, ...(madeBy !== undefined && { madeBy }) }
}

function summaryOf({ id, value, expiresAt = Number.MAX_SAFE_INTEGER }: Entry<AdministrationTokenRecord>): TokenSummary {
  const { name, role, createdAt, createdBy, usedAt } = value
  return { id: linkIdOf(id), name, role, createdAt, createdBy, expiresAt, ...(usedAt !== undefined && { usedAt }) }
}
