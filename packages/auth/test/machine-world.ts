import { randomUUID } from 'node:crypto'
import type {
  AuthorizationServerOptions,
  ClientPrivileges,
  ProtectedResource,
} from '@portcullis/auth/authorization-server'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import {
  createWorld,
  issuer,
  postToken,
  register,
  resource,
  type TestClient,
  type TokenAnswer,
  type World,
} from './world.ts'

/** A second resource of the same authorization server, which knows some of the first one's scopes. */
export const files = 'https://mcp.example/files/mcp'

export const notesResource: ProtectedResource = {
  resource,
  scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Write notes', 'notes:delete': 'Delete notes' },
  defaultScopes: ['notes:read', 'notes:write'],
  hierarchy: { 'notes:write': ['notes:read'] },
}

export const filesResource: ProtectedResource = {
  resource: files,
  scopes: { 'files:read': 'Read files', 'notes:read': 'Read your notes' },
}

export const pair = await generateKeyPair('ES256', { extractable: true })
export const publicJwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'm1', alg: 'ES256', use: 'sig' }
export const secretMethod = { token_endpoint_auth_method: 'client_secret_post' }
export const keyMethod = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } }

/** Two resources, and two clients that registered alike. */
export interface MachineWorld extends World {
  /** The one that the operator names. */
  machine: TestClient
  stranger: TestClient
}

/** The operator learns an identifier once its client has registered: the authorization server is started again then, over the same store. */
export async function createMachineWorld(
  privileges: ClientPrivileges | undefined,
  {
    metadata = secretMethod,
    as = () => ({}),
    resources = [notesResource, filesResource],
  }: {
    metadata?: Record<string, unknown>
    as?: (machine: TestClient) => Partial<AuthorizationServerOptions>
    resources?: readonly ProtectedResource[]
  } = {},
): Promise<MachineWorld> {
  const before = createWorld()
  const { clock, store } = before
  const machine = await register(before, metadata)
  const stranger = await register(before, metadata)
  const now = () => clock.now
  const world = createWorld({
    store,
    as: {
      resources,
      ...(privileges !== undefined && { privileges: { [machine.clientId]: privileges } }),
      now,
      ...as(machine),
    },
    rs: { now },
  })
  return { ...world, clock, machine, stranger }
}

/** What a client with a secret shows. */
export function secretOf({ clientId, clientSecret = '' }: TestClient): Record<string, string> {
  return { client_id: clientId, client_secret: clientSecret }
}

/** What a client with a key shows, anew each time. */
export async function assertionOf(
  { clientId }: TestClient,
  {
    key = pair.privateKey,
    jwtId = randomUUID(),
    audience = issuer,
  }: { key?: CryptoKey; jwtId?: string; audience?: string } = {},
): Promise<Record<string, string>> {
  const jwt = await new SignJWT({ jti: jwtId })
    .setProtectedHeader({ alg: 'ES256', kid: 'm1' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setIssuedAt(1_800_000_000)
    .setExpirationTime(1_800_000_300)
    .sign(key)
  return {
    client_assertion: jwt,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
}

export function clientCredentials(
  world: MachineWorld,
  fields: Record<string, string> = {},
  client = world.machine,
): Promise<TokenAnswer> {
  return postToken(world, { grant_type: 'client_credentials', ...secretOf(client), ...fields })
}

/** Asks the introspection endpoint; by default as the named client. */
export async function introspect(
  world: MachineWorld,
  token: string,
  {
    fields = secretOf(world.machine),
    headers = {},
  }: { fields?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const response = await world.send('/introspect', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token, ...fields }).toString(),
  })
  return { status: response.status, body: await response.json(), headers: response.headers }
}
