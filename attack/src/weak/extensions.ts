import { randomBytes } from 'node:crypto'
import { subjectOf } from './authorize.ts'
import { authenticate } from './clients.ts'
import {
  escapeHtml,
  json,
  page,
  refusal,
  type WeakAnswer,
  type WeakClient,
  type WeakRequest,
  type WeakState,
} from './state.ts'
import { anonymous } from './token-endpoint.ts'
import { tokenAnswer } from './tokens.ts'

/** The pushed authorization request endpoint (RFC 9126). */
export function push(request: WeakRequest, state: WeakState): WeakAnswer {
  const parameters = new URLSearchParams(request.body)
  const client = authenticate(parameters, request, state)
  if ('status' in client) return client
  const isKnown = client.redirectUris.includes(parameters.get('redirect_uri') ?? '')
  if (!isKnown && !state.has('par-unregistered-redirect')) return refusal('invalid_request')
  const id = `urn:ietf:params:oauth:request_uri:${randomBytes(18).toString('base64url')}`
  state.pushed.set(id, { clientId: client.clientId, parameters })
  return json({ request_uri: id, expires_in: 60 }, 201)
}

/** The device authorization endpoint (RFC 8628 §3.1). */
export function startDevice(request: WeakRequest, state: WeakState): WeakAnswer {
  const parameters = new URLSearchParams(request.body)
  const client = authenticate(parameters, request, state)
  if ('status' in client) return client
  const letters = 'BCDFGHJKLMNPQRSTVWXZ'
  const length = state.has('device-user-code-short') ? 3 : 8
  const userCode = [...randomBytes(length)].map((byte) => letters[byte % 20]).join('')
  const deviceCode = randomBytes(24).toString('base64url')
  state.devices.push({ deviceCode, userCode, clientId: client.clientId, approvedBy: undefined })
  const verification_uri = `${state.origin}/device`
  return json({
    device_code: deviceCode,
    user_code: userCode,
    verification_uri,
    verification_uri_complete: `${verification_uri}?user_code=${userCode}`,
    expires_in: 600,
  })
}

/** The page on which a user code is entered. */
export function devicePage(request: WeakRequest, state: WeakState): WeakAnswer {
  const { has } = state
  const subject = subjectOf(request, state)
  if (subject === undefined) return page('Sign in first', 401)
  if (request.method === 'POST') {
    const given = new URLSearchParams(request.body).get('user_code')
    const device = state.devices.find(({ userCode }) => userCode === given)
    if (device !== undefined) return page('Is that you?')
    if (++state.guesses > 20 && !has('device-user-code-guessed')) return page('Too many', 429)
    return page('Unknown', 400)
  }
  const given = request.url.searchParams.get('user_code') ?? ''
  const device = state.devices.find(({ userCode }) => userCode === given)
  if (device !== undefined && has('device-approved-by-link')) device.approvedBy = subject
  return page(
    `<form method="post" action="/device"><input name="user_code" value="${escapeHtml(given)}"><button>Next</button></form>`,
    200,
    has('clickjacking-device') ? { 'content-security-policy': "default-src 'none'" } : {},
  )
}

export function deviceTokens(parameters: URLSearchParams, client: WeakClient, state: WeakState): WeakAnswer {
  const { has } = state
  const device = state.devices.find(({ deviceCode }) => deviceCode === parameters.get('device_code'))
  if (device === undefined) return refusal('invalid_grant')
  if (device.clientId !== client.clientId && !has('device-code-of-another-client')) return refusal('invalid_grant')
  if (device.approvedBy === undefined && !has('device-before-approval')) return refusal('authorization_pending')
  return tokenAnswer(anonymous(client, state, device.approvedBy), state)
}

/** Token exchange (RFC 8693): nobody may, as no client here is allowed by name. */
export function exchanged(_: URLSearchParams, client: WeakClient, state: WeakState): WeakAnswer {
  return state.has('exchange-by-anybody')
    ? tokenAnswer(anonymous(client, state), state)
    : refusal('unauthorized_client')
}
