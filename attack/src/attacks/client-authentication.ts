import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { assertion, assertionClaims, basic, type Client } from '../client.ts'
import { answered, codeFor, exchangeOf, parametersOf, refreshTokenFor, tokenRequest, tokensIn } from '../grant.ts'
import { createSigningKey, hmacJwt, signedJwt, unsignedJwt } from '../jwt.ts'
import type { Stage } from '../stage.ts'
import type { Answer } from '../wire.ts'

/** Client authentication (RFC 9700 §2.5; RFC 6749 §2.3, RFC 7523). */
export const clientAuthenticationAttacks: readonly Attack[] = [
  {
    id: 'client-without-secret',
    from: ['RFC 6749 §3.2.1', 'RFC 9700 §2.5'],
    tries: 'redeems the code of a confidential client without its secret, with an empty one and with a wrong one',
    safe: 'invalid_client',
    async run(stage) {
      const client = await confidential(stage)
      const found: (string | undefined)[] = []
      for (const [how, more] of [
        ['without a secret', {}],
        ['with an empty secret', { client_secret: '' }],
        ['with a wrong secret', { client_secret: 'attack' }],
      ] as const) {
        const code = await codeFor(stage, client)
        const answer = await post(stage, { client_id: client.clientId, ...more, ...exchangeOf(client, code) })
        found.push(tokensIn(answer) && `tokens were had ${how}`)
      }
      return allOf(found, 'each was refused')
    },
  },
  {
    id: 'client-secret-of-another',
    from: ['RFC 6749 §2.3', 'RFC 9700 §2.5'],
    tries: "redeems the code of a confidential client with another client's secret",
    safe: 'invalid_client',
    async run(stage) {
      const client = await confidential(stage)
      const other = await stage.client('client_secret_post', {})
      if (other.clientId === client.clientId)
        throw new CouldNotTry('no means', 'there is one confidential client alone')
      const code = await codeFor(stage, client)
      const secret = other.secret ?? ''
      return refused(
        await post(stage, { client_id: client.clientId, client_secret: secret, ...exchangeOf(client, code) }),
        'the secret of another client counts',
      )
    },
  },
  {
    id: 'client-two-methods',
    from: ['RFC 6749 §2.3 (one method per request)', 'architecture 5'],
    tries: 'authenticates by two methods at once: Basic and body, with a secret that is right in one of them',
    safe: 'refused',
    async run(stage) {
      const client = await confidential(stage)
      const found: (string | undefined)[] = []
      for (const [how, inHeader, inBody] of [
        ['Basic wrong, body right', 'attack', client.secret ?? ''],
        ['Basic right, body wrong', client.secret ?? '', 'attack'],
      ] as const) {
        const code = await codeFor(stage, client)
        const headers = { authorization: basic(client.clientId, inHeader) }
        const parameters = { client_id: client.clientId, client_secret: inBody, ...exchangeOf(client, code) }
        found.push(tokensIn(await post(stage, parameters, headers)) && `tokens were had with ${how}`)
      }
      return allOf(found, 'both were refused')
    },
  },
  {
    id: 'client-named-twice',
    from: ['RFC 6749 §3.2', 'RFC 9700 §4.5'],
    tries: 'authenticates as one client in the header and names another in the body, whose code it redeems',
    safe: 'refused',
    async run(stage) {
      const client = await confidential(stage)
      const victim = await stage.client('none', {})
      const code = await codeFor(stage, victim)
      const headers = { authorization: basic(client.clientId, client.secret ?? '') }
      const parameters = { client_id: victim.clientId, ...exchangeOf(victim, code) }
      return refused(await post(stage, parameters, headers), "the other client's code was redeemed")
    },
  },
  {
    id: 'client-secret-in-query',
    from: ['RFC 6749 §2.3.1 (MUST NOT be in the URI)', 'law 11'],
    tries: 'sends the client secret in the query of the token endpoint',
    safe: 'it does not count there',
    async run(stage) {
      const client = await confidential(stage)
      const code = await codeFor(stage, client)
      const query = new URLSearchParams({ client_id: client.clientId, client_secret: client.secret ?? '' })
      const url = `${stage.endpoint('token_endpoint')}?${query}`
      const body = parametersOf(exchangeOf(client, code))
      return refused(await stage.send({ method: 'POST', url, body }), 'a secret in the query authenticates')
    },
  },
  {
    id: 'secret-for-public-clients',
    from: ['field.md 2.3 8', 'RFC 7591 §3.2.1'],
    tries: 'registers as a client without authentication, and looks whether it is given a secret',
    safe: 'no secret',
    async run(stage) {
      const { registered } = await stage.client('none', {})
      return registered.client_secret === undefined
        ? safe('there is no client_secret')
        : vulnerable('a public client is given a client_secret')
    },
  },
  {
    id: 'assertion-unsigned',
    from: ['RFC 7523 §3', 'RFC 8725 §3.1', 'law 9'],
    tries: 'authenticates a client that has keys by a JWT that nobody signed (alg none)',
    safe: 'invalid_client',
    run: (stage) =>
      assertions(stage, (client) => [
        unsignedJwt(claims(stage, client)),
        unsignedJwt(claims(stage, client), { alg: 'NONE' }),
      ]),
  },
  {
    id: 'assertion-confused',
    from: ['RFC 8725 §3.1', 'law 9'],
    tries: 'signs a client assertion by HMAC with the public key as the secret (as PEM and as JWK)',
    safe: 'invalid_client',
    run: (stage) =>
      assertions(stage, (client) => [
        hmacJwt(claims(stage, client), client.key?.publicPem ?? '', { kid: 'attack' }),
        hmacJwt(claims(stage, client), JSON.stringify(client.key?.publicJwk), { kid: 'attack' }),
        hmacJwt(claims(stage, client), '', { kid: 'attack' }),
      ]),
  },
  {
    id: 'assertion-other-key',
    from: ['RFC 7523 §3', 'law 9'],
    tries: 'signs a client assertion with a key of its own, also one that comes along in the header (jwk)',
    safe: 'invalid_client',
    run: (stage) =>
      assertions(stage, (client) => {
        const own = createSigningKey()
        return [
          signedJwt(claims(stage, client), own),
          signedJwt(claims(stage, client), own, { jwk: own.publicJwk }),
          signedJwt(claims(stage, client), own, { kid: '../../dev/null' }),
        ]
      }),
  },
  {
    id: 'assertion-audience',
    from: ['RFC 7523 §3 (aud)', 'RFC 9700 §2.5'],
    tries: 'authenticates with an assertion that was made for another server, and with one for nobody',
    safe: 'invalid_client',
    run: (stage) =>
      assertions(stage, (client) => [
        sign(client, { ...claims(stage, client), aud: 'https://other.attack.example/' }),
        sign(client, { ...claims(stage, client), aud: undefined }),
        sign(client, { ...claims(stage, client), aud: [] }),
      ]),
  },
  {
    id: 'assertion-expired',
    from: ['RFC 7523 §3 (exp)'],
    tries: 'authenticates with an assertion that expired an hour ago, and with one that never expires',
    safe: 'invalid_client',
    run: (stage) =>
      assertions(stage, (client) => [
        sign(client, { ...claims(stage, client), iat: hourAgo() - 60, exp: hourAgo() }),
        sign(client, { ...claims(stage, client), exp: undefined }),
      ]),
  },
  {
    id: 'assertion-of-another',
    from: ['RFC 7523 §3 (iss, sub)'],
    tries: "signs with one client's key an assertion that names another client",
    safe: 'invalid_client',
    async run(stage) {
      const attacker = await stage.client('private_key_jwt', {})
      return assertions(stage, (client) => {
        const about = claims(stage, client)
        return [sign(attacker, about), sign(attacker, { ...about, iss: attacker.clientId })]
      })
    },
  },
  {
    id: 'assertion-replay',
    from: ['RFC 7523 §3 (jti)', 'RFC 9700 §2.5'],
    tries: 'uses one client assertion twice',
    safe: 'the second is refused',
    async run(stage) {
      const client = await stage.client('private_key_jwt', {})
      const token = await refreshTokenFor(stage, client)
      const jwt = sign(client, claims(stage, client))
      const first = await refreshWith(stage, client, token, jwt)
      const next = tokensIn(first)
      if (next === undefined) throw new CouldNotTry('no means', `a good assertion is refused: ${answered(first)}`)
      return refused(await refreshWith(stage, client, next.refreshToken ?? token, jwt), 'one assertion was taken twice')
    },
  },
  {
    id: 'assertion-left-out',
    from: ['RFC 9700 §2.5', 'RFC 7523 §2.2'],
    tries: 'leaves out the assertion of a client that has keys',
    safe: 'invalid_client',
    async run(stage) {
      const client = await stage.client('private_key_jwt', {})
      const token = await refreshTokenFor(stage, client)
      const answer = await tokenRequest(
        stage,
        { ...client, method: 'none' },
        { grant_type: 'refresh_token', refresh_token: token },
      )
      return refused(answer, 'tokens were had without the assertion')
    },
  },
]

async function confidential(stage: Stage): Promise<Client> {
  return stage.client('client_secret_post')
}

/** Each of the assertions is presented with a refresh token of the client; a good one at the end shows that they alone were the reason. */
async function assertions(stage: Stage, make: (client: Client) => readonly string[]) {
  const client = await stage.client('private_key_jwt', {})
  const token = await refreshTokenFor(stage, client)
  for (const jwt of make(client))
    if (tokensIn(await refreshWith(stage, client, token, jwt)) !== undefined)
      return vulnerable('the assertion authenticates the client')
  const good = await refreshWith(stage, client, token, sign(client, claims(stage, client)))
  if (tokensIn(good) === undefined)
    throw new CouldNotTry('no means', `a good assertion is refused as well: ${answered(good)}`)
  return safe('refused, and a good one is taken')
}

function refreshWith(stage: Stage, client: Client, token: string, jwt: string): Promise<Answer> {
  stage.secrets.add('client_assertion', jwt)
  return post(stage, {
    client_id: client.clientId,
    ...assertion(jwt),
    grant_type: 'refresh_token',
    refresh_token: token,
  })
}

function claims(stage: Stage, client: Client): Record<string, unknown> {
  return assertionClaims(client.clientId, stage.target.issuer)
}

function sign({ key }: Client, about: Record<string, unknown>): string {
  if (key === undefined) throw new TypeError('The client has no key')
  return signedJwt(about, key)
}

function hourAgo(): number {
  return Math.floor(Date.now() / 1000) - 3600
}

function post(stage: Stage, parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
  return stage.send({ method: 'POST', url: stage.endpoint('token_endpoint'), headers, body: parametersOf(parameters) })
}

function refused(answer: Answer, otherwise: string) {
  return tokensIn(answer) === undefined ? safe(answered(answer)) : vulnerable(otherwise)
}
