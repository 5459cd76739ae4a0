import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Fault, faultGroups, faults, isFault } from '@portcullis/auth/testing'
import { type RunningDev, resource, startDev, statusAtServer, token } from './running-dev.ts'

/** What somebody sees of each fault: without it, and with it. */
const seen: Record<Fault, { by: (dev: RunningDev) => Promise<string>; sound: string; failing: string }> = {
  expired_tokens: { by: atServer, sound: '200', failing: '401' },
  short_tokens: { by: lifetime, sound: '600', failing: '5' },
  wrong_audience: { by: atServer, sound: '200', failing: '401' },
  wrong_issuer: { by: atServer, sound: '200', failing: '401' },
  wrong_type: { by: atServer, sound: '200', failing: '401' },
  unknown_key: { by: atServer, sound: '200', failing: '401' },
  no_refresh_tokens: {
    by: async ({ origin }) => typeof (await token(origin)).refresh_token,
    sound: 'string',
    failing: 'undefined',
  },
  refused_refresh: { by: refresh, sound: '200 ', failing: '400 invalid_grant' },
  token_down: { by: machineToken, sound: '200 ', failing: '503 temporarily_unavailable' },
  keys_down: { by: atServer, sound: '200', failing: '503' },
  introspection_down: {
    by: ({ origin, started }) =>
      answerOf(`${origin}/introspect`, { token: 'x' }, { authorization: `Bearer ${started.readerSecret}` }),
    sound: '200 ',
    failing: '503 temporarily_unavailable',
  },
  revocations_down: {
    by: async ({ origin, started }) =>
      String(
        (await fetch(`${origin}/revocations`, { headers: { authorization: `Bearer ${started.readerSecret}` } })).status,
      ),
    sound: '200',
    failing: '503',
  },
  slow: {
    // Who waits a fifth of a second has no answer in three; how long a sound one takes is not measured.
    by: ({ origin }) =>
      fetch(`${origin}/dev/faults/slow`)
        .then((answer) => answer.json())
        .then(({ on }) => fetch(`${origin}/jwks`, on ? { signal: AbortSignal.timeout(200) } : {}))
        .then(({ status }) => String(status))
        .catch(({ name }: Error) => name),
    sound: '200',
    failing: 'TimeoutError',
  },
  metadata_down: { by: metadataStatus, sound: '200', failing: '503' },
  metadata_missing: { by: metadataStatus, sound: '200', failing: '404' },
  metadata_of_another: { by: atServer, sound: '200', failing: '503' },
  old_metadata: {
    by: ({ origin }) => metadata(origin, 'code_challenge_methods_supported'),
    sound: '["S256"]',
    failing: 'undefined',
  },
  no_registration: { by: registration, sound: '201 ', failing: '404 not_found' },
  no_client_documents: {
    by: ({ origin }) => metadata(origin, 'client_id_metadata_document_supported'),
    sound: 'true',
    failing: 'undefined',
  },
  no_par: { by: push, sound: '201 ', failing: '404 not_found' },
  no_device: {
    by: ({ origin, started }) => answerOf(`${origin}/device_authorization`, machine(started)),
    sound: '200 ',
    failing: '404 not_found',
  },
  no_client_credentials: { by: machineToken, sound: '200 ', failing: '400 unsupported_grant_type' },
  no_openid: {
    by: async ({ origin }) => String((await fetch(`${origin}/.well-known/openid-configuration`)).status),
    sound: '200',
    failing: '404',
  },
}

for (const [fault, { by, sound, failing }] of Object.entries(seen)) {
  test(`${fault}: with the switch somebody sees ${failing} in place of ${sound}, until the page takes it back`, async (t) => {
    const dev = await startDev(t)
    const before = await by(dev)

    await fetch(`${dev.origin}/dev/faults/${fault}`, { method: 'PUT' })
    const during = await by(dev)
    const page = await (await fetch(`${dev.origin}/dev`)).text()
    const pressed = await fetch(`${dev.origin}/dev/switch`, {
      method: 'POST',
      headers: { origin: dev.origin },
      body: new URLSearchParams({ off: fault }),
      redirect: 'manual',
    })

    assert.deepEqual([before, during, await by(dev)], [sound, failing, sound])
    assert.ok(page.includes(`aria-label="${fault}: On"`))
    assert.equal(pressed.status, 303)
  })
}

test('every fault stands in one group of the page', () => {
  const grouped: string[] = Object.values(faultGroups).flat()

  assert.deepEqual(grouped.toSorted(), Object.keys(faults).filter(isFault).toSorted())
})

async function atServer({ origin }: RunningDev): Promise<string> {
  return String(await statusAtServer(origin, (await token(origin)).access_token ?? ''))
}

async function lifetime({ origin, started }: RunningDev): Promise<string> {
  const body = new URLSearchParams({ ...machine(started), grant_type: 'client_credentials' })
  return String((await (await fetch(`${origin}/token`, { method: 'POST', body })).json()).expires_in)
}

function machineToken({ origin, started }: RunningDev): Promise<string> {
  return answerOf(`${origin}/token`, { ...machine(started), grant_type: 'client_credentials' })
}

async function refresh({ origin }: RunningDev): Promise<string> {
  const { refresh_token: refreshToken = '', client_id: clientId = '' } = await token(origin)
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId }
  return answerOf(`${origin}/token`, form)
}

async function push({ origin }: RunningDev): Promise<string> {
  const { client_id: clientId = '' } = await token(origin)
  return answerOf(`${origin}/par`, {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1/callback',
    resource,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
}

async function registration({ origin }: RunningDev): Promise<string> {
  const body = JSON.stringify({
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  })
  const headers = { 'content-type': 'application/json' }
  return told(await fetch(`${origin}/register`, { method: 'POST', headers, body }))
}

async function metadataStatus({ origin }: RunningDev): Promise<string> {
  return String((await fetch(`${origin}/.well-known/oauth-authorization-server`)).status)
}

async function metadata(origin: string, name: string): Promise<string> {
  const document = await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json()
  return String(JSON.stringify(document[name]))
}

function machine({ clientId = '', clientSecret = '' }: RunningDev['started']): Record<string, string> {
  return { client_id: clientId, client_secret: clientSecret }
}

async function answerOf(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  return told(await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) }))
}

async function told(response: Response): Promise<string> {
  return `${response.status} ${(await response.json()).error ?? ''}`
}
