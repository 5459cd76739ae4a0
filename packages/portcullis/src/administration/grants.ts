import {
  type EndGrantOptions,
  type Entry,
  endGrant,
  type GrantRecord,
  type Store,
} from '@portcullis/auth/authorization-server'
import { isDocumentIdentifier } from '@portcullis/auth/protocol'
import { listAccounts } from '../accounts/accounts.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { ProgramKinds } from '../store/records.ts'

/** A grant as people are shown it. */
export interface GrantSummary {
  id: string
  subject: string
  clientId: string
  /** As the client claims it. */
  clientName: string | undefined
  resource: string
  scope: readonly string[]
  /** Seconds since the epoch. */
  issuedAt: number
  /** When it last gave a token, in seconds since the epoch. */
  usedAt: number
}

/** What the configuration calls its clients, which are in no store. */
export type ConfiguredClients = Readonly<Record<string, { readonly name?: string | undefined }>>

/** The grants of one person, codes that nobody has redeemed yet left out. */
export async function grantsOfSubject(
  store: Store<ProgramKinds>,
  subject: string,
  configured: ConfiguredClients,
): Promise<GrantSummary[]> {
  const grants: Entry<GrantRecord>[] = []
  for (;;) {
    const after = grants.at(-1)?.id
    const page = await store.list('grant', 'subject', subject, after === undefined ? {} : { after })
    if (page.length === 0) break
    grants.push(...page)
  }
  return Promise.all(
    grants.filter(({ value }) => value.generation > 0).map((grant) => summaryOf(grant, store, configured)),
  )
}

/** The grants of everybody who has an account. */
export async function allGrants(store: Store<ProgramKinds>, configured: ConfiguredClients): Promise<GrantSummary[]> {
  const accounts = await listAccounts({ store })
  return (await Promise.all(accounts.map(({ id }) => grantsOfSubject(store, id, configured)))).flat()
}

/** Ends one grant because the operator says so. Throws `OperatorError` when there is none of this id. */
export async function revokeGrant(grantId: string, options: EndGrantOptions): Promise<void> {
  if (await endGrant(grantId, 'revoked_by_operator', options)) return
  throw new OperatorError(`There is no grant "${grantId}"`, { nextStep: 'See which there are: portcullis grants list' })
}

async function summaryOf(
  { id, value }: Entry<GrantRecord>,
  store: Store<ProgramKinds>,
  configured: ConfiguredClients,
): Promise<GrantSummary> {
  const { subject, clientId, resource, scope, issuedAt, rotatedAt } = value
  const clientName = await clientNameOf(clientId, store, configured)
  return { id, subject, clientId, clientName, resource, scope, issuedAt, usedAt: rotatedAt }
}

/** What the configuration calls a client, or else the name that it claims, where anything is kept of it. */
export async function clientNameOf(
  clientId: string,
  store: Store<ProgramKinds>,
  configured: ConfiguredClients,
): Promise<string | undefined> {
  if (Object.hasOwn(configured, clientId)) return configured[clientId]?.name
  if (isDocumentIdentifier(clientId)) return (await store.get('clientDocument', clientId))?.value.metadata.clientName
  return (await store.get('client', clientId))?.value.clientName
}
