import { readFileSync } from 'node:fs'
import { type KnownClient, knownClientsOf, type StaticClient } from '@portcullis/auth/authorization-server'
import { profiles } from '@portcullis/clients'
import type { Configuration } from '../config/configuration.ts'
import { OperatorError } from './operator-error.ts'
import { leastSecretLength } from './secrets.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The clients of the configuration, with their secrets and keys. Throws `OperatorError` where one of these cannot be had. */
export function loadClients({ clients }: Pick<Configuration, 'clients'>, environment: Environment): StaticClient[] {
  return Object.entries(clients).map(([clientId, client]) => {
    const secret = secretOf(clientId, client, environment)
    const keys = keysOf(clientId, client)
    return {
      clientId,
      redirectUris: client.redirectUris,
      ...(client.grantTypes !== undefined && { grantTypes: client.grantTypes }),
      ...(client.name !== undefined && { clientName: client.name }),
      ...(client.method !== undefined && { authenticationMethod: client.method }),
      ...(secret !== undefined && { secret }),
      ...(keys !== undefined && { keys }),
    }
  })
}

type Client = Configuration['clients'][string]

function secretOf(
  clientId: string,
  { secretFile, secretVariable }: Client,
  environment: Environment,
): string | undefined {
  if (secretFile === undefined && secretVariable === undefined) return undefined
  const from = secretFile ?? secretVariable ?? ''
  const text = secretFile === undefined ? environment[from] : readText(secretFile, clientId, 'secret')
  const secret = text?.trim() ?? ''
  if (secret.length >= leastSecretLength && /^[\x21-\x7E]+$/.test(secret)) return secret
  throw new OperatorError(
    secret === ''
      ? `The secret of the client "${clientId}" is not in ${from}`
      : `The secret of the client "${clientId}" in ${from} must have at least ${leastSecretLength} visible characters without a space`,
    { nextStep: 'Make one with: openssl rand -base64 32' },
  )
}

function keysOf(clientId: string, { keysFile, keysUrl }: Client): StaticClient['keys'] {
  if (keysUrl !== undefined) return { kind: 'uri', uri: keysUrl }
  if (keysFile === undefined) return undefined
  try {
    const { keys } = JSON.parse(readText(keysFile, clientId, 'keys')) as { keys?: unknown } // the library looks at the rest
    if (Array.isArray(keys) && keys.length > 0) return { kind: 'inline', jwks: { keys } }
  } catch (error) {
    if (error instanceof OperatorError) throw error
  }
  throw new OperatorError(`The keys of the client "${clientId}" in ${keysFile} are no JSON Web Key Set`, {
    nextStep: 'It looks like {"keys":[{"kty":"EC",...}]} and has public keys alone.',
  })
}

function readText(file: string, clientId: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new OperatorError(`The file ${file}, with the ${what} of the client "${clientId}", cannot be read`, {
      nextStep: 'See that the file exists and that this user may read it.',
      cause,
    })
  }
}

/** What is known of the clients of vendors. Nothing where the configuration does not want it. */
export function loadKnownClients({ knownClients }: Pick<Configuration, 'knownClients'>): KnownClient[] {
  return knownClients ? knownClientsOf(profiles) : []
}
