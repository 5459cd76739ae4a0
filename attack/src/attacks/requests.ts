import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { answerIn } from '../browser.ts'
import {
  answered,
  authorizationUrl,
  codeFor,
  exchangeOf,
  parametersOf,
  tokenRequest,
  tokensIn,
  told,
} from '../grant.ts'
import { audienceOf, unsignedJwt } from '../jwt.ts'
import { evilHost } from '../stage.ts'

/** Requests that ask twice, otherwise than they say, or for what nobody may have. */
export const requestAttacks: readonly Attack[] = [
  {
    id: 'authorize-repeated',
    from: ['RFC 6749 §3.1 (no parameter more than once)', 'RFC 9700 §4.8'],
    tries:
      'repeats parameters of an authorization request with other values: client, scope, code challenge, response type',
    safe: 'refused',
    async run(stage) {
      const client = await stage.client()
      const person = await stage.person()
      const found: (string | undefined)[] = []
      for (const [name, other] of [
        ['client_id', 'attack-other'],
        ['code_challenge', 'A'.repeat(43)],
        ['code_challenge_method', 'plain'],
        ['response_type', 'token'],
        ['state', 'attack'],
      ] as const) {
        const { url } = await authorizationUrl(stage, client)
        const landing = await person.walk(`${url}&${name}=${other}`).catch(() => undefined)
        if (landing === undefined) continue
        found.push(answerIn(landing).has('code') ? `${name} twice gives a code` : undefined)
      }
      return allOf(found, 'each was refused')
    },
  },
  {
    id: 'token-repeated',
    from: ['RFC 6749 §3.2 (no parameter more than once)'],
    tries: 'repeats parameters of a token request: code, verifier, client, grant type',
    safe: 'refused',
    async run(stage) {
      const client = await stage.client('none')
      const found: (string | undefined)[] = []
      for (const name of ['code', 'code_verifier', 'client_id', 'grant_type', 'redirect_uri']) {
        const code = await codeFor(stage, client)
        const body = parametersOf({ client_id: client.clientId, ...exchangeOf(client, code) })
        body.append(name, name === 'grant_type' ? 'refresh_token' : 'attack')
        const answer = await stage.send({ method: 'POST', url: stage.endpoint('token_endpoint'), body })
        found.push(tokensIn(answer) && `${name} twice gives tokens`)
      }
      return allOf(found, 'each was refused')
    },
  },
  {
    id: 'authorize-split',
    from: ['RFC 9700 §4.7', 'RFC 6749 §3.1'],
    tries: 'posts an authorization request whose query names another redirect URI or client than its body',
    safe: 'one of the two counts as a whole: nothing is sent to the other site',
    async run(stage) {
      const client = await stage.client()
      const { url } = await authorizationUrl(stage, client)
      const split = new URL(url)
      const body = new URLSearchParams(split.searchParams)
      split.search = `${new URLSearchParams({ redirect_uri: `https://${evilHost}/callback`, client_id: 'attack-other' })}`
      const answer = await stage.send({ method: 'POST', url: split.href, body, headers: { accept: 'text/html' } })
      const to = answer.headers.location ?? ''
      return to.startsWith(`https://${evilHost}`)
        ? vulnerable('the browser is sent to the other site')
        : safe(`answered ${answer.status}`)
    },
  },
  {
    id: 'request-object-unsigned',
    from: ['RFC 9101 §10', 'RFC 9700 §4.1', 'law 9'],
    tries: 'smuggles another redirect URI in a request object that nobody signed (alg none)',
    safe: 'refused, or the request object does not count',
    async run(stage) {
      const client = await stage.client()
      const redirect_uri = `https://${evilHost}/callback`
      const request = unsignedJwt({
        iss: client.clientId,
        aud: stage.target.issuer,
        client_id: client.clientId,
        response_type: 'code',
        redirect_uri,
      })
      const { url } = await authorizationUrl(stage, client, { request })
      const found: (string | undefined)[] = []
      for (const browser of [stage.stranger(), await stage.person()]) {
        const landing = await browser.walk(url).catch((error: unknown) => {
          if (error instanceof CouldNotTry) return undefined
          throw error
        })
        if (landing?.kind === 'left' && landing.to.includes(evilHost)) found.push(told(landing))
      }
      return allOf(found, 'nobody was sent to the URI of the request object')
    },
  },
  {
    id: 'password-grant',
    from: ['RFC 9700 §2.4 (MUST NOT be used)'],
    tries: 'asks for tokens by grant_type=password',
    safe: 'unsupported_grant_type or another refusal',
    async run(stage) {
      const client = await stage.client()
      const answers = [
        await tokenRequest(stage, client, { grant_type: 'password', username: 'alice', password: 'alice' }),
        await tokenRequest(stage, client, { grant_type: 'password', username: 'alice', password: '' }),
      ]
      const offered = answers.some(({ json }) => json.error === 'invalid_grant')
      return allOf(
        [
          answers.some(tokensIn) ? 'tokens were had by a password' : undefined,
          offered ? 'the password grant is there: invalid_grant' : undefined,
        ],
        answered(answers[0] ?? { status: 0, json: {}, url: '', headers: {}, text: '' }),
      )
    },
  },
  {
    id: 'grant-without-person',
    from: ['RFC 9700 §4.15', 'AS-30'],
    tries: 'registers as anybody may, and asks for tokens by client_credentials',
    safe: 'refused: nothing that works without a person is had by anonymous registration',
    async run(stage) {
      const registration = await stage.register({
        grant_types: ['client_credentials', 'authorization_code'],
        token_endpoint_auth_method: 'client_secret_post',
      })
      const { client_id: id, client_secret: secret } = registration.json
      if (registration.status > 201 || typeof id !== 'string')
        return safe(`it cannot be registered: ${registration.status}`)
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: typeof secret === 'string' ? secret : '',
        ...(stage.target.resource !== undefined && { resource: stage.target.resource }),
      })
      const answer = await stage.send({ method: 'POST', url: stage.endpoint('token_endpoint'), body })
      return tokensIn(answer) === undefined
        ? safe(answered(answer))
        : vulnerable('a client that registered a moment ago has tokens')
    },
  },
  {
    id: 'foreign-resource',
    from: ['RFC 8707 §2', 'RFC 9700 §2.3', 'RFC 9700 §4.10', 'law 2'],
    tries:
      'asks for a token for a resource that is not of this server (a resource of the attacker, which would hand it on)',
    safe: 'invalid_target: no code, or a token that is not for it',
    async run(stage) {
      if (stage.target.resource === undefined)
        throw new CouldNotTry('no means', 'no resource was named: see --resource')
      const client = await stage.client()
      const resource = `https://${evilHost}/mcp`
      const person = await stage.person()
      const found: (string | undefined)[] = []
      for (const value of [resource, [stage.target.resource, resource], `${stage.target.resource}/../other`]) {
        const started = await authorizationUrl(stage, client, { resource: value })
        const landing = await person.walk(started.url)
        const code = answerIn(landing).get('code')
        if (code === null) continue
        const answer = await tokenRequest(stage, client, exchangeOf(client, { ...started, code, landing }))
        const audience = audienceOf(tokensIn(answer)?.accessToken ?? '')
        if (audience === undefined && tokensIn(answer) !== undefined)
          found.push(`resource ${JSON.stringify(value)} is answered with a token whose audience cannot be seen`)
        else
          found.push(
            audience?.some((each) => each.includes(evilHost) || each.endsWith('/other'))
              ? `a token for ${JSON.stringify(value)} is issued`
              : undefined,
          )
      }
      return allOf(found, 'no token is for it')
    },
  },
]
