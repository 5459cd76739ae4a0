import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { answerIn, type Browser } from '../browser.ts'
import { type Client, credentialsOf } from '../client.ts'
import { answered, challengeOf, parametersOf, tokenRequest, tokensFor, tokensIn, told } from '../grant.ts'
import { evilHost, type Stage } from '../stage.ts'
import { listOf } from '../target.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** What is offered beyond the code: pushed requests (RFC 9126), devices (RFC 8628), token exchange (RFC 8693). */
export const extensionAttacks: readonly Attack[] = [
  {
    id: 'par-of-another-client',
    from: ['RFC 9126 §2.2', 'RFC 9126 §7.1'],
    tries: 'uses the request_uri of another client under its own client_id',
    safe: 'refused',
    async run(stage) {
      const client = await stage.client('none')
      const requestUri = await pushed(stage, client)
      const other = await stage.otherClient()
      const landing = await (await stage.person()).walk(authorizeWith(stage, other.clientId, requestUri))
      return answerIn(landing).has('code') ? vulnerable('a code is issued') : safe(told(landing))
    },
  },
  {
    id: 'par-guessed',
    from: ['RFC 9126 §7.1'],
    tries: 'names a request_uri that nobody pushed, and a pushed one with another ending',
    safe: 'refused',
    async run(stage) {
      const client = await stage.client('none')
      const requestUri = await pushed(stage, client)
      const found: (string | undefined)[] = []
      for (const guess of ['urn:ietf:params:oauth:request_uri:attack', `${requestUri.slice(0, -4)}AAAA`]) {
        const landing = await (await stage.person()).walk(authorizeWith(stage, client.clientId, guess))
        found.push(answerIn(landing).has('code') ? 'a code is issued' : undefined)
      }
      return allOf(found, 'both were refused')
    },
  },
  {
    id: 'par-replayed',
    from: ['RFC 9126 §4 (SHOULD be one-time)', 'RFC 9126 §7.3'],
    tries: 'uses one request_uri for two codes',
    safe: 'the second is refused, or is the same code',
    async run(stage) {
      const client = await stage.client('none')
      const url = authorizeWith(stage, client.clientId, await pushed(stage, client))
      const person = await stage.person()
      const first = await person.walk(url)
      if (!answerIn(first).has('code'))
        throw new CouldNotTry('no means', `a pushed request gives no code: ${told(first)}`)
      const second = await person.walk(url)
      const [code, again] = [answerIn(first).get('code'), answerIn(second).get('code')]
      // A browser that comes back before the code is redeemed may have it again: it is one code, and good for one grant.
      if (again !== null && again === code) return safe('the same code again, which is good once')
      return again === null ? safe(told(second)) : vulnerable('it gives a second code')
    },
  },
  {
    id: 'par-overridden',
    from: ['RFC 9126 §3', 'RFC 9101 §6.3'],
    tries: 'adds another redirect URI and scope to the query beside a request_uri',
    safe: 'what was pushed counts alone',
    async run(stage) {
      const client = await stage.client('none')
      const url = `${authorizeWith(stage, client.clientId, await pushed(stage, client))}&redirect_uri=${encodeURIComponent(`https://${evilHost}/callback`)}`
      const landing = await (await stage.person()).walk(url)
      return landing.kind === 'left' && landing.to.includes(evilHost)
        ? vulnerable('the browser is sent to the URI of the query')
        : safe(told(landing))
    },
  },
  {
    id: 'par-unregistered-redirect',
    from: ['RFC 9126 §2.1', 'RFC 9700 §4.1'],
    tries: 'pushes a request with a redirect URI that the client has not registered, and uses it',
    safe: 'refused when it is pushed, or when it is used',
    async run(stage) {
      const client = await stage.client('none')
      const answer = await push(stage, client, { redirect_uri: `https://${evilHost}/callback` })
      if (typeof answer.json.request_uri !== 'string') return safe(`refused: ${answered(answer)}`)
      const landing = await (await stage.person()).walk(authorizeWith(stage, client.clientId, answer.json.request_uri))
      return landing.kind === 'left' && landing.to.includes(evilHost)
        ? vulnerable('the browser is sent to it')
        : safe(told(landing))
    },
  },
  {
    id: 'par-without-authentication',
    from: ['RFC 9126 §2 (clients authenticate as at the token endpoint)'],
    tries: 'pushes a request in the name of a confidential client without its secret',
    safe: 'invalid_client',
    async run(stage) {
      stage.endpoint('pushed_authorization_request_endpoint')
      const client = await stage.client('client_secret_post')
      const answer = await push(stage, { ...client, method: 'none' })
      return typeof answer.json.request_uri === 'string' ? vulnerable('the request is taken') : safe(answered(answer))
    },
  },
  {
    id: 'device-before-approval',
    from: ['RFC 8628 §3.5'],
    tries: 'asks for the tokens of a device before anybody has agreed',
    safe: 'authorization_pending',
    async run(stage) {
      const client = await deviceClient(stage)
      const { deviceCode } = await deviceStarted(stage, client)
      const answer = await tokenRequest(stage, client, { grant_type: deviceGrant, device_code: deviceCode })
      return tokensIn(answer) === undefined ? safe(answered(answer)) : vulnerable('tokens were had, nobody was asked')
    },
  },
  {
    id: 'device-code-of-another-client',
    from: ['RFC 8628 §3.4', 'RFC 9700 §4.5'],
    tries: 'asks as another client for the tokens of a device',
    safe: 'invalid_grant, not authorization_pending',
    async run(stage) {
      const { deviceCode } = await deviceStarted(stage, await deviceClient(stage))
      const other = await deviceClient(stage)
      const answer = await tokenRequest(stage, other, { grant_type: deviceGrant, device_code: deviceCode })
      const counts = tokensIn(answer) !== undefined || answer.json.error === 'authorization_pending'
      return counts ? vulnerable(`another client is answered ${answered(answer)}`) : safe(answered(answer))
    },
  },
  {
    id: 'device-user-code-short',
    from: ['RFC 8628 §5.1'],
    tries: 'looks how much of a user code must be guessed',
    safe: '20 bits at least, and another code each time',
    async run(stage) {
      const client = await deviceClient(stage)
      const codes = [(await deviceStarted(stage, client)).userCode, (await deviceStarted(stage, client)).userCode]
      const letters = (codes[0] ?? '').replace(/[^A-Za-z0-9]/g, '')
      const bits = letters.length * Math.log2(/^\d+$/.test(letters) ? 10 : 20)
      if (codes[0] === codes[1]) return vulnerable('two devices have the same user code')
      return bits < 20 ? vulnerable(`it has ${letters.length} characters`) : safe(`it has ${letters.length} characters`)
    },
  },
  {
    id: 'device-user-code-guessed',
    from: ['RFC 8628 §5.1'],
    tries: 'guesses user codes on the page, 60 in a row',
    safe: 'refused after a while (429, or a page that takes no more)',
    async run(stage) {
      const started = await deviceStarted(stage, await deviceClient(stage))
      const person = await stage.person()
      const letters = 'BCDFGHJKLMNPQRSTVWXZ'
      let first: string | undefined
      for (let count = 0; count < 60; count++) {
        const page = await person.open(started.verificationUri)
        const name = page.kind === 'page' ? codeField(page) : undefined
        if (page.kind === 'left' || page.answer.status === 429) return safe(`after ${count} guesses: ${told(page)}`)
        if (name === undefined) throw new CouldNotTry('no means', 'the page of the device has no field for the code')
        const guess = Array.from({ length: 8 }, (_, at) => letters[(count * 7 + at * 3) % letters.length]).join('')
        const asked = page.forms.find(
          ({ method, fields }) => method === 'get' && fields.some((field) => field.name === name),
        )
        const landing =
          asked === undefined
            ? await person.submit(page, { changes: { [name]: guess } })
            : await person.open(`${new URL(asked.action, page.url)}?${new URLSearchParams({ [name]: guess })}`)
        if (landing.kind === 'left') return safe(told(landing))
        const text = `${landing.answer.status} ${landing.answer.text.replaceAll(guess, '').replace(/[\w-]{16,}/g, '')}`
        first ??= text
        if (landing.answer.status === 429 || (count > 0 && text !== first))
          return safe(`after ${count + 1} guesses the answer is another: ${landing.answer.status}`)
      }
      return vulnerable('60 wrong codes in a row are answered alike')
    },
  },
  {
    id: 'device-approved-by-link',
    from: ['RFC 8628 §5.4', 'RFC 8628 §3.3.1'],
    tries:
      'sends somebody who is signed in a link with the user code of the attacker in it (verification_uri_complete)',
    safe: 'the person is asked: opening the link agrees to nothing',
    async run(stage) {
      const client = await deviceClient(stage)
      const { deviceCode, complete } = await deviceStarted(stage, client)
      if (complete === undefined) throw new CouldNotTry('not offered', 'there is no verification_uri_complete')
      await (await stage.person()).open(complete)
      const answer = await tokenRequest(stage, client, { grant_type: deviceGrant, device_code: deviceCode })
      return tokensIn(answer) === undefined ? safe(answered(answer)) : vulnerable('opening the link was the consent')
    },
  },
  {
    id: 'exchange-by-anybody',
    from: ['RFC 8693 §2.1', 'RFC 8693 §5', 'RFC 9700 §4.10'],
    tries:
      'exchanges the access token of somebody for one for another resource, as a client that registered a moment ago',
    safe: 'refused',
    async run(stage) {
      if (!(listOf(stage.target, 'grant_types_supported') ?? []).includes(exchangeGrant))
        throw new CouldNotTry('not offered', 'token exchange is not advertised')
      const { accessToken } = await tokensFor(stage, await stage.client('none'))
      const found: (string | undefined)[] = []
      for (const method of ['none', 'client_secret_post'] as const) {
        const other = await stage.client(method, {})
        const answer = await tokenRequest(stage, other, {
          grant_type: exchangeGrant,
          subject_token: accessToken,
          subject_token_type: accessTokenType,
          resource: stage.target.resource,
        })
        found.push(tokensIn(answer) && `a client with ${method} has tokens`)
      }
      return allOf(found, 'each was refused')
    },
  },
]

function push(stage: Stage, client: Client, changes: Record<string, string> = {}) {
  const url = stage.endpoint('pushed_authorization_request_endpoint')
  const { headers, parameters } = credentialsOf(client, stage.target.issuer)
  const verifier = 'v'.repeat(43)
  const body = parametersOf({
    ...parameters,
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: stage.target.scope,
    resource: stage.target.resource,
    state: 'attack',
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...changes,
  })
  return stage.send({ method: 'POST', url, headers, body })
}

async function pushed(stage: Stage, client: Client): Promise<string> {
  const answer = await push(stage, client)
  const { request_uri: requestUri } = answer.json
  if (typeof requestUri !== 'string')
    throw new CouldNotTry('no means', `an ordinary request cannot be pushed: ${answered(answer)}`)
  return requestUri
}

function authorizeWith(stage: Stage, client_id: string, request_uri: string): string {
  return `${stage.endpoint('authorization_endpoint')}?${new URLSearchParams({ client_id, request_uri })}`
}

async function deviceClient(stage: Stage): Promise<Client> {
  stage.endpoint('device_authorization_endpoint')
  return stage.client('none', { grant_types: ['authorization_code', 'refresh_token', deviceGrant] })
}

async function deviceStarted(stage: Stage, client: Client) {
  const url = stage.endpoint('device_authorization_endpoint')
  const { headers, parameters } = credentialsOf(client, stage.target.issuer)
  const body = parametersOf({ ...parameters, scope: stage.target.scope, resource: stage.target.resource })
  const { status, json } = await stage.send({ method: 'POST', url, headers, body })
  const {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: verificationUri,
    verification_uri_complete: complete,
  } = json
  if (typeof deviceCode !== 'string' || typeof userCode !== 'string' || typeof verificationUri !== 'string')
    throw new CouldNotTry('not offered', `a client that registered itself cannot start a device grant: ${status}`)
  return { deviceCode, userCode, verificationUri, complete: typeof complete === 'string' ? complete : undefined }
}

function codeField(page: Extract<Awaited<ReturnType<Browser['open']>>, { kind: 'page' }>): string | undefined {
  return page.forms.flatMap(({ fields }) => fields).find(({ name, type }) => type !== 'hidden' && /code/i.test(name))
    ?.name
}
