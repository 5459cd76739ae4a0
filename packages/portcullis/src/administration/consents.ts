import {
  type Consent,
  type EndGrantOptions,
  listConsents,
  revokeConsents,
  type Store,
} from '@portcullis/auth/authorization-server'
import { isDocumentIdentifier } from '@portcullis/auth/protocol'
import { listAccounts } from '../accounts/accounts.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { ProgramKinds } from '../store/records.ts'
import type { ConfiguredClients } from './grants.ts'

/** A remembered consent as people are shown it. */
export interface ConsentSummary extends Consent {
  /** As the configuration has it, or as the client claims it. */
  clientName: string | undefined
}

interface Context {
  store: Store<ProgramKinds>
  now: () => number
  configured: ConfiguredClients
}

/** What is remembered of one person, the newest first. */
export async function consentsOf(subject: string, context: Context): Promise<ConsentSummary[]> {
  return withNames(await listConsents(subject, context), context)
}

/** What is remembered of everybody who has an account. */
export async function allConsents(context: Context): Promise<ConsentSummary[]> {
  const accounts = await listAccounts(context)
  const consents = await Promise.all(accounts.map(({ id }) => listConsents(id, context)))
  return withNames(consents.flat(), context)
}

/** Forgets what a person allowed, and ends what came of it, because the operator says so. Throws `OperatorError` when there is neither. */
export async function withdrawConsents(
  what: { subject: string; clientId?: string },
  options: EndGrantOptions,
): Promise<{ consents: number; grants: number }> {
  const done = await revokeConsents(what, 'revoked_by_operator', options)
  if (done.consents + done.grants > 0) return done
  throw new OperatorError('There is nothing of that kind', {
    kind: 'not_found',
    nextStep: 'See what there is: portcullis consents list, and portcullis grants list',
  })
}

async function withNames(
  consents: readonly Consent[],
  { store, configured }: Pick<Context, 'store' | 'configured'>,
): Promise<ConsentSummary[]> {
  const clientIds = [...new Set(consents.map(({ clientId }) => clientId))]
  const names = await Promise.all(clientIds.map((clientId) => clientNameOf(clientId, store, configured)))
  const nameOf = new Map(clientIds.map((clientId, at) => [clientId, names[at]]))
  return consents.map((consent) => ({ ...consent, clientName: nameOf.get(consent.clientId) }))
}

/** What the configuration calls a client, or else the name that it claims, where anything is kept of it. */
async function clientNameOf(
  clientId: string,
  store: Store<ProgramKinds>,
  configured: ConfiguredClients,
): Promise<string | undefined> {
  if (Object.hasOwn(configured, clientId)) return configured[clientId]?.name
  if (isDocumentIdentifier(clientId)) return (await store.get('clientDocument', clientId))?.value.metadata.clientName
  return (await store.get('client', clientId))?.value.clientName
}
