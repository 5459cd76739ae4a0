import { createHash } from 'node:crypto'
import { authenticate } from './clients.ts'
import { deviceTokens, exchanged } from './extensions.ts'
import {
  type Grant,
  refusal,
  repeatedIn,
  type WeakAnswer,
  type WeakClient,
  type WeakRequest,
  type WeakState,
} from './state.ts'
import { tokenAnswer } from './tokens.ts'

export async function token(request: WeakRequest, state: WeakState): Promise<WeakAnswer> {
  const { has } = state
  const isOpen = has('code-in-query')
  if (request.method !== 'POST' && !isOpen) return refusal('invalid_request', 405)
  const inQuery = isOpen && request.body === ''
  const parameters = inQuery ? request.url.searchParams : new URLSearchParams(request.body)
  if (repeatedIn(parameters).length > 0 && !has('token-repeated')) return refusal('invalid_request')
  const client = authenticate(parameters, request, state)
  if ('status' in client) return client
  switch (parameters.get('grant_type')) {
    case 'authorization_code':
      return redeem(parameters, client, state)
    case 'refresh_token':
      return refresh(parameters, client, state)
    case 'password':
      return has('password-grant') ? refusal('invalid_grant') : refusal('unsupported_grant_type')
    case 'client_credentials':
      return has('grant-without-person')
        ? tokenAnswer(anonymous(client, state), state)
        : refusal('unsupported_grant_type')
    case 'urn:ietf:params:oauth:grant-type:device_code':
      return deviceTokens(parameters, client, state)
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer': // nobody's assertions are trusted here
      return has('assertion-grant-forged') ? tokenAnswer(anonymous(client, state), state) : refusal('invalid_grant')
    case 'urn:ietf:params:oauth:grant-type:token-exchange':
      return exchanged(parameters, client, state)
    default:
      return refusal('unsupported_grant_type')
  }
}

async function redeem(parameters: URLSearchParams, client: WeakClient, state: WeakState): Promise<WeakAnswer> {
  const { has } = state
  const presented = parameters.get('code') ?? ''
  const grant = state.grants.find(
    ({ code, refreshTokens }) => code === presented || (has('tokens-swapped') && refreshTokens.includes(presented)),
  )
  if (grant === undefined || grant.hasEnded) return refusal('invalid_grant')
  const isSwapped = grant.code !== presented
  if (grant.clientId !== client.clientId && !has('code-of-another-client') && !has('client-named-twice'))
    return refusal('invalid_grant')
  if (grant.redirectUri !== parameters.get('redirect_uri') && !has('code-other-redirect') && !isSwapped)
    return refusal('invalid_grant')
  const resource = parameters.get('resource')
  if (resource !== null && resource !== grant.resource && !has('code-other-resource')) return refusal('invalid_target')
  if (!fits(grant, parameters.get('code_verifier'), has, client) && !isSwapped) return refusal('invalid_grant')
  const wasUsed = grant.isCodeUsed
  if (has('code-race')) await new Promise((resolve) => setTimeout(resolve, 20))
  grant.isCodeUsed = true
  if (wasUsed && !has('code-replay') && !isSwapped) {
    if (!has('code-replay-ends-refresh')) grant.hasEnded = true
    grant.accessLivesOn = has('code-replay-ends-access')
    return refusal('invalid_grant')
  }
  return tokenAnswer(grant, state, has('exchange-wider-scope') ? (parameters.get('scope') ?? grant.scope) : grant.scope)
}

function fits(
  { challenge, method }: Grant,
  verifier: string | null,
  has: WeakState['has'],
  client: WeakClient,
): boolean {
  if (challenge === undefined || challenge === '') return verifier === null || has('pkce-downgrade')
  if (has('pkce-wrong-verifier')) return true
  if (verifier === null || verifier === '')
    return has('pkce-no-verifier') || (client.method !== 'none' && has('pkce-confidential'))
  if (method !== 'S256') return verifier === challenge
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}

function refresh(parameters: URLSearchParams, client: WeakClient, state: WeakState): WeakAnswer {
  const { has } = state
  const presented = parameters.get('refresh_token') ?? ''
  const grant = state.grants.find(({ refreshTokens }) => refreshTokens.includes(presented))
  if (grant === undefined || grant.hasEnded) return refusal('invalid_grant')
  if (grant.clientId !== client.clientId && !has('refresh-by-another-client')) return refusal('invalid_grant')
  const resource = parameters.get('resource')
  if (resource !== null && resource !== grant.resource && !has('refresh-other-resource'))
    return refusal('invalid_target')
  const isNewest = grant.refreshTokens.at(-1) === presented || has('refresh-race')
  if (!isNewest) {
    if (!has('refresh-reuse')) grant.hasEnded = true
    grant.accessLivesOn = has('refresh-reuse-ends-access')
    return refusal('invalid_grant')
  }
  return tokenAnswer(grant, state, has('refresh-wider-scope') ? (parameters.get('scope') ?? grant.scope) : grant.scope)
}

/** A grant that nobody gave. */
export function anonymous({ clientId }: WeakClient, state: WeakState, subject = 'nobody'): Grant {
  const grant: Grant = {
    clientId,
    subject,
    redirectUri: '',
    resource: `${state.origin}/mcp`,
    scope: 'mcp',
    nonce: undefined,
    challenge: undefined,
    method: undefined,
    code: '',
    isCodeUsed: true,
    refreshTokens: [],
    accessTokens: [],
    hasEnded: false,
    accessLivesOn: false,
  }
  state.grants.push(grant)
  return grant
}
