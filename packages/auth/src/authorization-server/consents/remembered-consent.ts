import { toBase64url } from '#base64url'
import { provesIdentity, redirectDestination } from '../../protocol/redirect-uri.ts'
import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationRequest } from '../interaction/authorization-request.ts'
import type { AuthorizationServerKinds, ConsentRecord } from '../records.ts'
import type { Change, Entry } from '../store.ts'

/**
 * Consent that is remembered (law 3, P-02): of one person, for one client, one host that the code goes to, and one resource. A loopback or private-use
 * redirect proves nobody's identity (RFC 8252 §8.6), so nothing is remembered there. Where the client has other redirect URIs than the person
 * was asked for, it counts as another client.
 */

type Options = Pick<ResolvedOptions, 'store' | 'now' | 'consentLifetime'>

/** What is remembered of a person for a request, whatever its scope; `undefined` for nothing. */
export async function recallConsent(
  request: AuthorizationRequest,
  subject: string,
  { store, consentLifetime }: Options,
): Promise<Entry<ConsentRecord> | undefined> {
  if (consentLifetime === 0 || !provesIdentity(request.redirectUri)) return undefined
  const entry = await store.get('consent', await consentId(request, subject))
  if (entry === undefined) return undefined
  if (entry.value.redirectUris !== (await fingerprintOf(request))) return undefined
  return { ...entry, value: { ...entry.value, scopes: lastingScopes(entry.value, consentLifetime) } }
}

/** For no longer than it was remembered for then, nor than it would be today: whoever shortens the time means what there is already, too. */
function lastingScopes({ scopes, consentedAt }: ConsentRecord, consentLifetime: number): ConsentRecord['scopes'] {
  return scopes.map(({ token, until, since = consentedAt }) => {
    return { token, until: Math.min(until, since + consentLifetime), since }
  })
}

/** Whether a person allowed all of `scope`, and lately enough. */
export function coversScope(consent: ConsentRecord, scope: readonly string[], now: number): boolean {
  return scope.every((wanted) => consent.scopes.some(({ token, until }) => token === wanted && now < until))
}

/** What remembers that a person just allowed a request, and `unticked` not; none where it must not be remembered. */
export async function rememberingChanges(
  request: AuthorizationRequest,
  subject: string,
  unticked: readonly string[],
  { store, now, consentLifetime }: Options,
): Promise<Change<AuthorizationServerKinds>[]> {
  if (consentLifetime === 0 || !provesIdentity(request.redirectUri)) return []
  const id = await consentId(request, subject)
  const redirectUris = await fingerprintOf(request)
  const before = await store.get('consent', id)
  const asked = request.scope.map((token) => ({ token, until: now() + consentLifetime, since: now() }))
  // What was allowed earlier for as long as it was allowed then: it was not shown again.
  const lasting = before?.value.redirectUris === redirectUris ? lastingScopes(before.value, consentLifetime) : []
  const answered = new Set([...request.scope, ...unticked])
  const earlier = lasting.filter(({ token, until }) => until > now() && !answered.has(token))
  const value: ConsentRecord = {
    subject,
    clientId: request.clientId,
    destination: redirectDestination(request.redirectUri),
    resource: request.target.resource.resource,
    scopes: [...asked, ...earlier],
    redirectUris,
    consentedAt: now(),
  }
  return [changeTo(value, id, before?.version ?? 'absent')]
}

/** What forgets `unticked` where the rest of the answer is not to be remembered: a no takes back what was allowed before. */
export async function forgettingChanges(
  request: AuthorizationRequest,
  subject: string,
  unticked: readonly string[],
  { store }: Options,
): Promise<Change<AuthorizationServerKinds>[]> {
  if (unticked.length === 0 || !provesIdentity(request.redirectUri)) return []
  const before = await store.get('consent', await consentId(request, subject))
  if (before === undefined) return []
  const { id, value, version } = before
  const scopes = value.scopes.filter(({ token }) => !unticked.includes(token))
  if (scopes.length === value.scopes.length) return []
  if (scopes.length === 0) return [{ kind: 'consent', id, version, value: undefined }]
  return [changeTo({ ...value, scopes }, id, version)]
}

/** What notes that a remembered consent is used now. In one commit with the grant: a consent that is withdrawn meanwhile gives none. */
export function usingChange(
  { id, value, version }: Entry<ConsentRecord>,
  now: number,
): Change<AuthorizationServerKinds> {
  return changeTo({ ...value, usedAt: now }, id, version)
}

function changeTo(value: ConsentRecord, id: string, version: number | 'absent'): Change<AuthorizationServerKinds> {
  const expiresAt = Math.max(...value.scopes.map(({ until }) => until))
  const index = { subject: value.subject, client: value.clientId }
  return { kind: 'consent', id, version, value, expiresAt, index }
}

function consentId({ clientId, redirectUri, target }: AuthorizationRequest, subject: string): Promise<string> {
  return hash([subject, clientId, redirectDestination(redirectUri), target.resource.resource])
}

function fingerprintOf({ client }: AuthorizationRequest): Promise<string> {
  return hash(client.redirectUris.toSorted())
}

async function hash(parts: readonly string[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)))
  return toBase64url(new Uint8Array(digest))
}
