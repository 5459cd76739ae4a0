import {
  type ClientDescription,
  type ClientSummary,
  createClient,
  deleteClient,
  type EndGrantOptions,
  findClient,
  listClients,
  renewClientSecret,
  type Store,
} from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { ProgramKinds } from '../store/records.ts'

export interface ClientsContext {
  store: Store<ProgramKinds>
  now: () => number
  /** The clients that stand in the configuration. */
  configured: Configuration['clients']
}

/** A client as the operator is shown it. */
export interface ShownClient {
  clientId: string
  /** As it claims, or as the operator says. */
  name: string | undefined
  origin: ClientSummary['origin'] | 'configured'
  method: string
  redirectUris: readonly string[]
  /** Since when it is known, in seconds since the epoch; absent for a client of the configuration. */
  issuedAt?: number
  /** When it goes unless somebody consents to it before, in seconds since the epoch. */
  expiresAt?: number
}

/** Those of the configuration first. `unused`: also those to whom nobody has consented yet. */
export async function allClients(
  { store, configured }: Pick<ClientsContext, 'store' | 'configured'>,
  options: { unused?: boolean } = {},
): Promise<ShownClient[]> {
  const ids = Object.keys(configured)
  return [
    ...ids.flatMap((id) => shownConfigured(id, configured) ?? []),
    ...(await listClients({ store }, options)).map(shown),
  ]
}

/** Throws `OperatorError` when there is no such client. */
export async function showClient(
  { store, configured }: Pick<ClientsContext, 'store' | 'configured'>,
  clientId: string,
): Promise<ShownClient> {
  const client = shownConfigured(clientId, configured)
  if (client !== undefined) return client
  const found = await findClient(clientId, { store })
  if (found === undefined) throw unknown(clientId)
  return shown(found)
}

/** Makes a client that need not register. Throws `OperatorError` where it cannot stand. */
export async function makeClient(
  context: ClientsContext,
  description: ClientDescription,
): Promise<{ client: ShownClient; clientSecret?: string }> {
  try {
    const { client, ...secret } = await createClient(description, context)
    return { client: shown(client), ...secret }
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new OperatorError(`The client is not made: ${cause.message}`, {
      kind: 'invalid',
      nextStep: 'Redirect URIs are https, http on loopback, or of a private scheme; private_key_jwt needs keys.',
      cause,
    })
  }
}

/** Another secret, which counts at once. Throws `OperatorError` where there is none to renew. */
export async function renewSecret(context: ClientsContext, clientId: string): Promise<{ clientSecret: string }> {
  requireNotConfigured(clientId, context.configured, 'put another secret where the configuration says')
  const renewed = await renewClientSecret(clientId, context)
  if (renewed === 'unknown') throw unknown(clientId)
  if (renewed === 'without_secret')
    throw new OperatorError(`The client "${clientId}" has no secret`, {
      nextStep: 'A public client needs none; for one that has a secret: portcullis clients create',
    })
  return renewed
}

/** Deletes a client and ends its grants. Resolves to how many these were. Throws `OperatorError` when there is neither. */
export async function removeClient(
  context: ClientsContext,
  clientId: string,
  grantEnds: EndGrantOptions,
): Promise<number> {
  requireNotConfigured(clientId, context.configured, 'take it out of the configuration, restart, and run this again')
  const ended = await deleteClient(clientId, grantEnds)
  if (ended === undefined) throw unknown(clientId)
  return ended
}

function requireNotConfigured(clientId: string, configured: Configuration['clients'], nextStep: string): void {
  if (Object.hasOwn(configured, clientId))
    throw new OperatorError(`The client "${clientId}" stands in the configuration`, {
      nextStep: `To change it, ${nextStep}.`,
    })
}

function unknown(clientId: string): OperatorError {
  return new OperatorError(`There is no client "${clientId}"`, {
    kind: 'not_found',
    nextStep: 'See which there are: portcullis clients list',
  })
}

function shown({ clientId, metadata, origin, issuedAt, expiresAt }: ClientSummary): ShownClient {
  return {
    clientId,
    name: metadata.clientName,
    origin,
    method: metadata.authenticationMethod,
    redirectUris: metadata.redirectUris,
    issuedAt,
    ...(expiresAt !== undefined && { expiresAt }),
  }
}

function shownConfigured(clientId: string, configured: Configuration['clients']): ShownClient | undefined {
  const client = Object.hasOwn(configured, clientId) ? configured[clientId] : undefined
  if (client === undefined) return undefined
  const { name, redirectUris, secretFile, secretVariable, keysFile, keysUrl } = client
  const hasKeys = (keysFile ?? keysUrl) !== undefined
  const usual = hasKeys
    ? 'private_key_jwt'
    : (secretFile ?? secretVariable) === undefined
      ? 'none'
      : 'client_secret_basic'
  return { clientId, name, origin: 'configured', method: client.method ?? usual, redirectUris }
}
