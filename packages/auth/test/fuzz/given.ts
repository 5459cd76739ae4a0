import { createHash } from 'node:crypto'
import {
  attemptOf,
  authorize,
  consent,
  exchange,
  formOf,
  register,
  resource,
  type Sends,
  type TestClient,
} from '../world.ts'
import { marker } from './odd.ts'
import type { Given } from './request.ts'

export interface GiveOptions {
  issuer: string
  /** By which the person is signed in. */
  cookie: string
  /** The resource. Default: that of `world.ts`. */
  to?: string
}

/** What honest clients and a person hold: the clients registered once, all else anew each time. */
export function giver(
  fetch: (path: string, init?: RequestInit) => Promise<Response>,
  options: GiveOptions,
): () => Promise<Given> {
  let clients: Promise<[TestClient, TestClient]> | undefined
  const registered = async (world: Sends): Promise<[TestClient, TestClient]> => [
    await register(world, { client_name: `A client ${marker}` }),
    await register(world, { token_endpoint_auth_method: 'client_secret_basic' }),
  ]
  return async () => {
    const world = worldOf(fetch, options)
    clients ??= registered(world)
    return give(world, await clients, options)
  }
}

function worldOf(
  fetch: (path: string, init?: RequestInit) => Promise<Response>,
  { issuer, cookie }: GiveOptions,
): Sends {
  return {
    send: (path, init = {}) =>
      fetch(path, {
        ...init,
        headers: {
          cookie,
          ...(init.headers as Record<string, string>),
          ...(path === '/authorize' && { origin: new URL(issuer).origin }),
        },
      }), // as `world.ts` gives them
  }
}

async function give(
  world: Sends,
  [client, confidential]: [TestClient, TestClient],
  { issuer, cookie, to = resource }: GiveOptions,
): Promise<Given> {
  const scope = { resource: to, scope: undefined, prompt: 'consent' } // a consent may be remembered
  const redeemed = attemptOf(client, scope)
  const { body } = await exchange(world, redeemed, (await consent(world, redeemed)).get('code') ?? '', { resource: to })
  const attempt = attemptOf(client, {
    ...scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  })
  const code = (await consent(world, attempt)).get('code') ?? ''
  const form = await formOf(await authorize(world, attempt))
  return {
    client: client.clientId,
    confidential: confidential.clientId,
    secret: confidential.clientSecret ?? '',
    basic: btoa(`${confidential.clientId}:${confidential.clientSecret}`),
    code,
    verifier,
    challenge: attempt.parameters.code_challenge ?? '',
    refresh: body.refresh_token ?? '',
    access: body.access_token,
    redirect: client.redirectUri,
    resource: to,
    issuer,
    origin: new URL(issuer).origin,
    host: new URL(issuer).host,
    consent: form.get('consent') ?? '',
    cookie,
    reader,
  }
}

/** The secret by which a reader of the feed is known. */
export const reader = 'r'.repeat(32)
const verifier = 'v'.repeat(43)
