import {
  type EndGrantOptions,
  endGrant,
  type KnownClient,
  listClients,
  listGrants,
  type GrantSummary as OAuthGrantSummary,
  type Store,
} from '@portcullis/auth/authorization-server'
import { listAccounts } from '../accounts/accounts.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { GrantUseRecord, ProgramKinds } from '../store/records.ts'

/** A grant as people are shown it, with what was done under it. */
export interface GrantSummary extends Omit<OAuthGrantSummary, 'grantId'>, Omit<GrantUseRecord, 'usedAt'> {
  id: string
  /** When its client last called, or got tokens, in seconds since the epoch. */
  usedAt: number
}

/** What the configuration calls its clients, which are in no store. */
export type ConfiguredClients = Readonly<Record<string, { readonly name?: string | undefined }>>

export interface GrantsContext {
  store: Store<ProgramKinds>
  configured: ConfiguredClients
  /** By which it is known whose a client is. Default: nothing is. */
  knownClients?: readonly KnownClient[]
}

/** The grants of one person, codes that nobody has redeemed yet left out. */
export async function grantsOfSubject(subject: string, context: GrantsContext): Promise<GrantSummary[]> {
  return withUse(await grantsOf({ subject }, context), context)
}

/** The grants of one client, whoever gave them. */
export async function grantsOfClient(clientId: string, context: GrantsContext): Promise<GrantSummary[]> {
  return withUse(await grantsOf({ clientId }, context), context)
}

/** The grants of everybody who has an account, and those of clients that act for themselves: of `privileged` ones, of the configuration and of the store. */
export async function allGrants(context: GrantsContext, privileged: readonly string[]): Promise<GrantSummary[]> {
  return withUse(await everyGrant(context, privileged), context)
}

/** How many these are. */
export async function countGrants(context: GrantsContext, privileged: readonly string[]): Promise<number> {
  return (await everyGrant(context, privileged)).length
}

async function everyGrant(context: GrantsContext, privileged: readonly string[]): Promise<OAuthGrantSummary[]> {
  const { store, configured } = context
  const accounts = await listAccounts({ store })
  const ofPeople = await Promise.all(accounts.map(({ id }) => grantsOf({ subject: id }, context)))
  const kept = (await listClients({ store })).map(({ clientId }) => clientId)
  const clients = [...new Set([...privileged, ...Object.keys(configured), ...kept])]
  const ofClients = await Promise.all(clients.map((clientId) => grantsOf({ clientId }, context)))
  return [...ofPeople.flat(), ...ofClients.flat().filter(({ grantType }) => grantType === 'client_credentials')]
}

function grantsOf(
  of: { subject: string } | { clientId: string },
  { store, configured, knownClients = [] }: GrantsContext,
): Promise<OAuthGrantSummary[]> {
  const clients = Object.entries(configured).map(([clientId, { name }]) => ({
    clientId,
    ...(name !== undefined && { clientName: name }),
  }))
  return listGrants(of, { store, clients, knownClients })
}

function withUse(grants: readonly OAuthGrantSummary[], { store }: GrantsContext): Promise<GrantSummary[]> {
  return Promise.all(
    grants.map(async ({ grantId, ...grant }) => {
      const use = (await store.get('grantUse', grantId))?.value
      return { id: grantId, ...grant, tools: [], ...use, usedAt: Math.max(grant.usedAt, use?.usedAt ?? 0) }
    }),
  )
}

/** Ends one grant because the operator says so. Throws `OperatorError` when there is none of this id. */
export async function revokeGrant(grantId: string, options: EndGrantOptions): Promise<void> {
  if (await endGrant(grantId, 'revoked_by_operator', options)) return
  throw new OperatorError(`There is no grant "${grantId}"`, {
    kind: 'not_found',
    nextStep: 'See which there are: portcullis grants list',
  })
}
