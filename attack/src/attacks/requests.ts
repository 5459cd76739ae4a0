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
import { unsignedJwt } from '../jwt.ts'
import { evilHost, type Stage } from '../stage.ts'
import { endpointOf } from '../target.ts'
import type { WireRequest } from '../wire.ts'

/** Requests that are malformed, doubled, smuggled or huge. */
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
    id: 'malformed-requests',
    from: ['RFC 6749 §5.2', 'law 4', 'library-peers.md 9'],
    tries:
      'sends every endpoint bodies and queries that parsers stumble over: broken percent-encoding, bytes that are no UTF-8, NUL, __proto__, deep and wrong JSON, wrong types',
    safe: 'a refusal (4xx): no crash, no 5xx',
    async run(stage) {
      const found: (string | undefined)[] = []
      for (const [what, request] of malformed(stage)) {
        const answer = await stage.send(request).catch((error: Error) => error)
        if (answer instanceof Error) found.push(`${what}: ${answer.message}`)
        else found.push(answer.status >= 500 ? `${what}: ${answer.status}` : undefined)
      }
      return allOf(found, 'none was answered with 5xx')
    },
  },
  {
    id: 'huge-requests',
    from: ['library-peers.md 5.3 8', 'architecture 5'],
    tries: 'sends 5 MB to the token and registration endpoints, 12 kB headers and a query of 60 kB',
    safe: 'refused, and the server lives on',
    async run(stage) {
      const token = stage.endpoint('token_endpoint')
      const long = 'x'.repeat(5_000_000)
      const requests: [string, WireRequest][] = [
        [
          'token',
          { method: 'POST', url: token, body: new URLSearchParams({ grant_type: 'authorization_code', code: long }) },
        ],
        [
          'header',
          {
            method: 'POST',
            url: token,
            headers: { 'x-attack': 'x'.repeat(12_000) },
            body: new URLSearchParams({ a: 'b' }),
          },
        ],
        ['query', { url: `${stage.endpoint('authorization_endpoint')}?state=${'x'.repeat(60_000)}` }],
      ]
      const registration = endpointOf(stage.target, 'registration_endpoint')
      const json = { 'content-type': 'application/json' }
      if (registration !== undefined)
        requests.push([
          'registration',
          {
            method: 'POST',
            url: registration,
            headers: json,
            body: JSON.stringify({ client_name: long, redirect_uris: [`https://${evilHost}/cb`] }),
          },
        ])
      const found: (string | undefined)[] = []
      for (const [what, request] of requests) {
        const answer = await stage.send(request).catch(() => undefined) // to hang up is an answer
        const isBad = answer !== undefined && (answer.status >= 500 || (answer.status < 300 && what !== 'query'))
        found.push(isBad ? `${what}: ${answer.status}` : undefined)
      }
      const alive = await stage.send({ url: stage.target.metadataUrl }).catch(() => undefined)
      found.push(alive?.status === 200 ? undefined : 'the server does not answer any more')
      return allOf(found, 'each was refused, and the server lives')
    },
  },
  {
    id: 'page-reflects',
    from: ['RFC 9700 §4.16', 'RFC 6749 §10.14'],
    tries: 'puts HTML into each parameter of an authorization request and looks for it on the page that comes',
    safe: 'it is escaped, or not there',
    async run(stage) {
      const client = await stage.client()
      const mark = `"'><svg onload=alert(7)>`
      const found: (string | undefined)[] = []
      const names = [
        'client_id',
        'redirect_uri',
        'scope',
        'state',
        'resource',
        'response_type',
        'code_challenge_method',
        'prompt',
        'login_hint',
        'request_uri',
        'ui_locales',
        'nonce',
        'error',
      ]
      for (const name of names) {
        const { url } = await authorizationUrl(stage, client, { [name]: mark })
        const landing = await stage.stranger().open(url)
        const isThere =
          landing.kind === 'page' &&
          landing.answer.text.includes(mark) &&
          /html/.test(landing.answer.headers['content-type'] ?? 'html')
        found.push(isThere ? `${name} is HTML on the page` : undefined)
      }
      return allOf(found, `${names.length} parameters are not reflected as HTML`)
    },
  },
  {
    id: 'refusal-as-page',
    from: ['RFC 6749 §5.2', 'RFC 9700 §4.16'],
    tries: 'puts HTML into token and registration requests, and looks whether the refusal is a page that runs it',
    safe: 'JSON, or text that is escaped',
    async run(stage) {
      const mark = '<svg onload=alert(7)>'
      const url = stage.endpoint('token_endpoint')
      const requests: WireRequest[] = [
        { method: 'POST', url, body: new URLSearchParams({ grant_type: mark, client_id: mark, code: mark }) },
        { method: 'GET', url: `${url}?${new URLSearchParams({ grant_type: mark })}` },
        { url: `${new URL(url).origin}/${encodeURIComponent(mark)}` },
      ]
      const found: (string | undefined)[] = []
      for (const request of requests) {
        const { text, headers } = await stage.send(request)
        const isPage = /html/.test(headers['content-type'] ?? '') && text.includes(mark)
        found.push(
          isPage ? `${request.method ?? 'GET'} ${new URL(request.url).pathname} answers with it as HTML` : undefined,
        )
      }
      return allOf(found, 'no refusal is a page that runs it')
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
        const { audienceOf } = await import('./tokens.ts')
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

function malformed(stage: Stage): readonly [string, WireRequest][] {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const json = { 'content-type': 'application/json' }
  const authorize = stage.endpoint('authorization_endpoint')
  const bodies = [
    'grant_type=authorization_code&code=%',
    'grant_type=%E0%A4%A',
    'grant_type=%FF%FE&client_id=%00',
    '__proto__=x&constructor=y&grant_type=__proto__&client_id=constructor',
    'grant_type[]=a&grant_type[b]=c&client_id[]=1',
    '&&&=&=&',
    `${'a=b&'.repeat(5000)}`,
    new Uint8Array([0xff, 0xfe, 0x00, 0x41, 0xc3, 0x28]),
  ]
  const posts = [
    'token_endpoint',
    'revocation_endpoint',
    'introspection_endpoint',
    'pushed_authorization_request_endpoint',
    'device_authorization_endpoint',
  ]
    .flatMap((name) => {
      const url = endpointOf(stage.target, name)
      return url === undefined ? [] : [[name, url] as const]
    })
    .flatMap(([name, url]) => [
      ...bodies.map((body, at): [string, WireRequest] => [
        `${name} body ${at}`,
        { method: 'POST', url, headers: form, body },
      ]),
      [`${name} without a body`, { method: 'POST', url }] satisfies [string, WireRequest],
      [
        `${name} with a bad Basic`,
        { method: 'POST', url, headers: { ...form, authorization: 'Basic %%%' }, body: 'grant_type=refresh_token' },
      ] satisfies [string, WireRequest],
      [`${name} of a bad type`, { method: 'POST', url, headers: { 'content-type': ';;;=' }, body: 'x' }] satisfies [
        string,
        WireRequest,
      ],
    ])
  const queries = [
    '%',
    '%E0%A4%A',
    'client_id=%00',
    '__proto__=1&client_id=__proto__',
    'client_id[]=1&redirect_uri[x]=2',
    'client_id=constructor&response_type=code',
  ].map((query): [string, WireRequest] => [`authorize ?${query}`, { url: `${authorize}?${query}` }])
  const registration = endpointOf(stage.target, 'registration_endpoint')
  const metadata = [
    '',
    '{',
    'null',
    '[]',
    '1',
    '"x"',
    '{"redirect_uris":"x"}',
    '{"redirect_uris":[1,null,{}]}',
    '{"redirect_uris":[["https://x/"]]}',
    '{"__proto__":{"x":1},"redirect_uris":["https://x.example/"],"grant_types":{}}',
    '{"redirect_uris":["https://x.example/"],"client_name":{"a":1}}',
    '{"redirect_uris":["http://["]}',
    `${'['.repeat(20_000)}`,
    '{"redirect_uris":["https://x.example/\\u0000"],"jwks":{"keys":[1]},"contacts":5}',
  ]
  const registrations =
    registration === undefined
      ? []
      : metadata.map((body): [string, WireRequest] => [
          `registration ${body.slice(0, 60)}`,
          { method: 'POST', url: registration, headers: json, body },
        ])
  return [...posts, ...queries, ...registrations]
}
