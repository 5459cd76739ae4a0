import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { answerIn } from '../browser.ts'
import { type Client, credentialsOf } from '../client.ts'
import { answered, challengeOf, parametersOf, tokenRequest, tokensFor, tokensIn, told } from '../grant.ts'
import { evilHost, type Stage } from '../stage.ts'
import { listOf } from '../target.ts'

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
