import {
  type Consent,
  type EndGrantOptions,
  listConsents,
  revokeConsents,
  type Store,
} from '@portcullis/auth/authorization-server'
import { listAccounts } from '../accounts/accounts.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { ProgramKinds } from '../store/records.ts'
import { type ConfiguredClients, clientNameOf } from './grants.ts'

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
export async function consentsOf(subject: string, { store, now, configured }: Context): Promise<ConsentSummary[]> {
  const consents = await listConsents(subject, { store, now })
  return Promise.all(
    consents.map(async (consent) => ({
      ...consent,
      clientName: await clientNameOf(consent.clientId, store, configured),
    })),
  )
}

/** What is remembered of everybody who has an account. */
export async function allConsents(context: Context): Promise<ConsentSummary[]> {
  const accounts = await listAccounts(context)
  return (await Promise.all(accounts.map(({ id }) => consentsOf(id, context)))).flat()
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
