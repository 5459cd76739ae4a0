import type { GrantEnd } from '../../protocol/events.ts'
import { harmless } from '../../protocol/harmless.ts'
import type { AuthorizationServerKinds, ConsentRecord } from '../records.ts'
import { type EndGrantOptions, endGrants, grantsOfSubject } from '../revocation/end-grant.ts'
import type { Entry, Store } from '../store.ts'
import { consentsOfSubject } from './consents-of-subject.ts'
import { forgetConsent } from './forget-consents.ts'

/** A consent as people are shown it: what a client gets without asking. */
export interface Consent extends Pick<ConsentRecord, 'subject' | 'clientId' | 'destination' | 'resource'> {
  scope: readonly string[]
  /** When the person was asked last, in seconds since the epoch. */
  consentedAt: number
  /** When it last gave a code without a question, in seconds since the epoch. Absent: never. */
  usedAt?: number
  /** When all of it is over, in seconds since the epoch. */
  expiresAt: number
}

/** What is remembered of one person (P-02), the newest first. Of clients whose redirect proves no identity nothing is. */
export async function listConsents(
  subject: string,
  { store, now }: Pick<EndGrantOptions, 'store' | 'now'>,
): Promise<Consent[]> {
  const consents = (await consentsOfSubject(subject, store)).map((entry) => consentOf(entry, now()))
  return consents.sort((a, b) => b.consentedAt - a.consentedAt)
}

/**
 * Forgets what a person allowed a client, or every client where none is named, and ends the grants that came of it: whoever withdraws a consent
 * means the access. Resolves to how many of each there were. Where it is cut off, part of it is done; asked again, it does the rest.
 */
export async function revokeConsents(
  { subject, clientId }: { subject: string; clientId?: string },
  reason: GrantEnd,
  options: EndGrantOptions,
): Promise<{ consents: number; grants: number }> {
  const isMeant = ({ value }: Entry<{ clientId: string }>) => clientId === undefined || value.clientId === clientId
  const count = { consents: 0, grants: 0 }
  // Consents first: no grant can come of them while the grants that there are end.
  for (const { id, value } of (await consentsOfSubject(subject, options.store)).filter(isMeant)) {
    if (!(await forgetConsent(id, options.store))) continue
    count.consents += 1
    const { clientId, resource } = value
    harmless(options.onEvent)({ type: 'consent_revoked', reason, subject, clientId, resource })
  }
  const grants = (await grantsOfSubject(subject, options.store)).filter(isMeant)
  for (let at = 0; at < grants.length; at += 100)
    count.grants += await endGrants(grants.slice(at, at + 100), reason, options)
  return count
}

const mostOfSubject = 100

/** Forgets what a person allowed beyond that, the oldest first, so that showing all of it stays a matter of a moment. */
export async function forgetSurplusConsents(subject: string, store: Store<AuthorizationServerKinds>): Promise<void> {
  const consents = await consentsOfSubject(subject, store)
  const byAge = consents.toSorted((a, b) => b.value.consentedAt - a.value.consentedAt)
  for (const { id } of byAge.slice(mostOfSubject)) await forgetConsent(id, store)
}

function consentOf({ value, expiresAt = 0 }: Entry<ConsentRecord>, now: number): Consent {
  const { subject, clientId, destination, resource, scopes, consentedAt, usedAt } = value
  return {
    subject,
    clientId,
    destination,
    resource,
    scope: scopes.filter(({ until }) => now < until).map(({ token }) => token),
    consentedAt,
    ...(usedAt !== undefined && { usedAt }),
    expiresAt,
  }
}
