import type { GrantEnd } from '../../protocol/events.ts'
import type { Consumption } from '../clients/client-assertion.ts'
import { hashClientSecret } from '../clients/secret-hash.ts'
import type { ServerContext } from '../context.ts'
import type { GrantRecord } from '../records.ts'
import { endGrant } from '../revocation/end-grant.ts'
import { randomId, randomText } from '../tokens/base64url.ts'
import { type ExtraClaims, extraClaims } from '../tokens/claims.ts'
import type { Issued } from './grant-type.ts'
import { signTokens } from './sign-tokens.ts'
import { TokenRefusedError } from './token-refused-error.ts'
import { isUnchanged } from './unchanged.ts'

/** What a standing grant is found by, and what it says. */
export interface StandingGrant {
  /** What makes two requests the same grant's. */
  key: readonly string[]
  /** Of the access token. */
  scope: readonly string[]
  says: Pick<
    GrantRecord,
    'clientId' | 'subject' | 'scope' | 'resource' | 'grantType' | 'displayName' | 'authTime' | 'actor'
  >
  /** Seconds that it is kept after it gave a token. */
  keptFor: number
  /** Whether `endGrantsOfSubject` finds it: not where the subject is the client itself, whose identifier may be like that of a person. */
  isOfPerson: boolean
  consumption: Consumption
  /** Throws where another request was quicker to consume. */
  requireUnused: () => Promise<void>
  /** Throws where its person may not be here any more: asked where the grant ended while it was issued from. Default: nothing. */
  requireActive?: () => Promise<void>
  /** What is issued under it, before what was shown is used up. Default: a token of the grant itself. */
  issue?: (grantId: string) => Promise<Issued>
}

/** Seconds for which a grant may give tokens without being written: who asks once a minute must not cost a write each time. */
const margin = 3600

/**
 * The grant of those who come again and again with no person at hand: one for all their tokens, so that ending it ends them (law 14). A grant that
 * ended is followed by another, with another id, since the revocation feed still tells of the first.
 */
export async function standingGrant(
  { key, says, scope, keptFor, isOfPerson, consumption, requireUnused, requireActive, issue }: StandingGrant,
  context: ServerContext,
): Promise<Issued> {
  const { options, derivedKeys, clients, grantEnds } = context
  const { store, now, accessTokenLifetime } = options
  const id = await idOf(key)
  let asked: { grantId: string; claims: ExtraClaims } | undefined
  /** The last that can fail before what was shown is used up (law 5). */
  const issuedFor = async (grantId: string, grant: GrantRecord): Promise<Issued> => {
    if (issue !== undefined) return issue(grantId)
    if (asked?.grantId !== grantId) {
      const { subject, clientId, resource } = says
      asked = { grantId, claims: await extraClaims({ subject, clientId, resource, scope, grantId }, options) }
    }
    const { claims } = asked
    const issued = { grantId, grant, scope, claims, isReplay: false, withRefreshToken: false }
    return { ...issued, signed: await signTokens(issued, context) }
  }
  for (;;) {
    const pointer = await store.get('standingGrant', id)
    const entry = pointer && (await store.get('grant', pointer.value.grantId))
    const at = now()
    if (
      entry !== undefined &&
      (entry.value.accessTokensUntil ?? 0) >= at + accessTokenLifetime &&
      isSame(entry.value, says)
    ) {
      const issued = await issuedFor(entry.id, entry.value)
      if (!(await isUnchanged(entry, [options.claims, options.signer], store))) {
        await requireActive?.()
        continue
      }
      if (consumption.length === 0 || (await store.commit(consumption))) return issued
      await requireUnused()
      continue
    }
    const grantId = entry?.id ?? randomId()
    // What was issued before may live longer: by another process, or before the lifetime was made shorter.
    const accessTokensUntil = Math.max(entry?.value.accessTokensUntil ?? 0, at + accessTokenLifetime + margin)
    const value: GrantRecord = {
      ...says,
      issuedAt: entry?.value.issuedAt ?? at,
      generation: 1, // there is no code that nobody redeemed yet
      rotatedAt: at,
      accessTokensUntil,
      keyId: derivedKeys.currentId,
      seed: entry?.value.seed ?? randomText(16),
    }
    const issued = await issuedFor(grantId, value)
    const expiresAt = Math.max(at + keptFor, accessTokensUntil)
    const index = { client: says.clientId, ...(isOfPerson && { subject: says.subject }) }
    const written = await store.commit([
      { kind: 'grant', id: grantId, version: entry?.version ?? 'absent', value, expiresAt, index },
      { kind: 'standingGrant', id, version: pointer?.version ?? 'absent', value: { grantId }, expiresAt },
      ...consumption,
    ])
    if (!written) {
      await requireActive?.()
      await requireUnused()
      continue
    }
    // Whoever disabled the person, or deleted the client, a moment ago may have looked for grants before this one was there.
    if (entry === undefined) await requireActive?.()
    if ((await clients.keep(says.clientId)) === undefined) {
      await endGrant(grantId, 'client_deleted', grantEnds)
      throw new TokenRefusedError('invalid_client', 'unknown_client', 'The client is not known here any more')
    }
    return issued
  }
}

/** Ends it, where there is one. */
export async function endStandingGrant(
  key: StandingGrant['key'],
  reason: GrantEnd,
  { options, grantEnds }: Pick<ServerContext, 'options' | 'grantEnds'>,
): Promise<void> {
  const pointer = await options.store.get('standingGrant', await idOf(key))
  if (pointer !== undefined) await endGrant(pointer.value.grantId, reason, grantEnds)
}

function idOf(key: StandingGrant['key']): Promise<string> {
  return hashClientSecret(JSON.stringify(key))
}

function isSame(grant: GrantRecord, says: StandingGrant['says']): boolean {
  const told = ({ clientId, subject, scope, resource, displayName, authTime, actor }: StandingGrant['says']) =>
    JSON.stringify([clientId, subject, scope, resource, displayName, authTime, actor])
  return told(grant) === told(says)
}
