import { type Attack, allOf } from '../attack.ts'
import { authorizationUrl } from '../grant.ts'
import { evilHost, type Stage } from '../stage.ts'
import { endpointOf } from '../target.ts'
import type { WireRequest } from '../wire.ts'

/** Input that parsers stumble over, and that pages might repeat. */
export const inputAttacks: readonly Attack[] = [
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
        const headers = { ...request.headers, connection: 'close' } // what comes next must not meet the end of this one
        const answer = await stage.send({ ...request, headers }).catch(() => undefined) // to hang up is an answer
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
