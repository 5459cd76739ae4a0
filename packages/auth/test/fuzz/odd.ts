import fc from 'fast-check'

/** What honest clients never send. */

/** Stands in values to be looked for in pages: nowhere may it come back as it is. */
export const marker = `<fz>"'`

const names = [
  'code',
  'refresh',
  'access',
  'client',
  'confidential',
  'secret',
  'consent',
  'verifier',
  'challenge',
  'redirect',
]

const oddJwt = fc
  .tuple(
    fc.constantFrom(
      '{"alg":"none"}',
      '{"alg":"HS256","typ":"at+jwt"}',
      '{"alg":"ES256","typ":"at+jwt","kid":"__proto__"}',
      '{"alg":"ES256","crit":["exp"],"exp":1}',
      '{"alg":"ES256","b64":false,"crit":["b64"]}',
      '{"alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}',
      '{"alg":"ES256","jku":"http://169.254.169.254/"}',
      '{"alg":["ES256"]}',
      '{"alg":"ES256","typ":{"a":1}}',
      'null',
      '[]',
      '{',
      '{"alg":"dir","enc":"A256GCM"}',
    ),
    fc.constantFrom(
      '{}',
      '{"iss":"«client»","sub":"«client»","aud":"«issuer»","exp":9999999999,"jti":"x"}',
      '{"iss":{"toString":1},"sub":["a"],"aud":null,"exp":"x"}',
      '{"iss":"«issuer»","sub":"alice","exp":1e400}',
      '{"sub":"__proto__"}',
      'null',
      '"x"',
    ),
    fc.constantFrom('', 'AA', 'A'.repeat(86), '«access»', '.a.b'),
  )
  .map(([header, payload, signature]) => `${text(header)}.${text(payload)}.${signature}`)

function text(json: string): string {
  return btoa(json.replace(/[^\x20-\x7E]/g, ''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

const oddStrings = [
  marker,
  `${marker}<script>alert(1)</script>`,
  '',
  ' ',
  '\0',
  'a\r\nset-cookie: x=1',
  '\u2028',
  '\u202Eevil',
  '\uD800',
  '\u{1F600}'.repeat(50),
  'a\u0301'.repeat(100),
  'javascript:alert(1)',
  'https://evil.example/',
  '//evil.example/',
  'https://client.example/callback/../x',
  'https://client.example/callback#x',
  'https://client.example@evil.example/callback',
  'http://127.0.0.1:1/callback',
  'http://localhost/callback',
  'https://client.example/other.json',
  'https://[::1]/x.json',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '0',
  '-1',
  '1e999',
  '9'.repeat(30),
  'null',
  'none',
  'login none',
  'plain',
  'token',
  'fragment',
  'form_post',
  'openid profile email offline_access',
  'notes:read notes:write notes:delete admin',
  '*',
  '%',
  '%00',
  '%ff',
  '{{7*7}}',
  "' OR 1=1 --",
  '../../etc/passwd',
  'a'.repeat(3000),
  ' a b  c '.repeat(200),
  `k1.code.aaaaaaaaaaaaaaaaaaaaaa.0.${'A'.repeat(43)}`,
  `k1.refresh.aaaaaaaaaaaaaaaaaaaaaa.9999999999.${'A'.repeat(43)}`,
]

/** Any code units, half pairs among them. `fc.string` builds large tables each time that it is asked. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }))
  return fc.array(unit, { maxLength }).map((units) => String.fromCharCode(...units))
}

export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...oddStrings) },
  { weight: 2, arbitrary: fc.constant(marker) },
  { weight: 3, arbitrary: fc.constantFrom(...names).map((name) => `«${name}»`) },
  { weight: 2, arbitrary: oddJwt },
  { weight: 2, arbitrary: anyText(40) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...names), anyText(5)).map(([name, end]) => `«${name}»${end}`) },
)

export const oddNames: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      'client_id',
      'client_secret',
      'redirect_uri',
      'state',
      'scope',
      'resource',
      'prompt',
      'max_age',
      'request',
      'request_uri',
    ],
    ...[
      'response_mode',
      'nonce',
      'claims',
      'login_hint',
      'client_assertion',
      'client_assertion_type',
      'consent',
      'decision',
      'began',
    ],
    ...[
      '__proto__',
      'constructor',
      'toString',
      marker,
      '',
      'grant_type',
      'audience',
      'actor_token',
      'requested_token_type',
    ],
  ),
  anyText(10),
)

const anyJson = fc
  .letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, '', 'a', '__proto__'),
      anyText(8),
      fc.array(tie('value'), { maxLength: 3 }),
      fc
        .array(fc.tuple(fc.constantFrom('a', 'keys', 'length', 'toString', 'kty'), tie('value')), { maxLength: 3 })
        .map(Object.fromEntries),
    ),
  }))
  .value.map((value) => JSON.stringify(value))

/** JSON text, some of it deep, with names of the prototype, or not quite JSON. */
export const oddJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: anyJson },
  { weight: 3, arbitrary: oddText.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.array(oddText, { maxLength: 5 }).map((values) => JSON.stringify(values)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '['.repeat(3500) + ']'.repeat(3500),
      `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`,
      '{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}',
      '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}',
      '{"keys":[{"kty":"oct","k":"AA"}]}',
      '{"keys":[null,1,"a",{}]}',
      '{"keys":{"length":1}}',
      '["javascript:alert(1)"]',
      '["https://client.example/callback","https://client.example/callback"]',
      '1e999',
      '-0',
      '"\\ud800"',
      '"\\u0000"',
      '{',
      'nul',
      '\uFEFF{}',
      `[${'1,'.repeat(3000)}1]`,
    ),
  },
)

/** Headers that mean something, with values that do not. */
export const oddHeaders: fc.Arbitrary<readonly [string, string]> = fc.tuple(
  fc.constantFrom(
    ...[
      'content-type',
      'authorization',
      'origin',
      'cookie',
      'host',
      'content-length',
      'content-encoding',
      'accept',
      'sec-fetch-site',
    ],
    ...[
      'x-forwarded-for',
      'x-forwarded-host',
      'forwarded',
      'referer',
      'access-control-request-headers',
      'dpop',
      'expect',
      'upgrade',
    ],
    ...['transfer-encoding', 'connection', 'x-http-method-override', 'range', 'if-none-match', '__proto__'],
  ),
  fc.oneof(
    fc.constantFrom(
      ...[
        'application/json',
        'application/x-www-form-urlencoded; charset=utf-16',
        'multipart/form-data; boundary=x',
        'text/html',
      ],
      ...[
        'Basic',
        'Basic !!!',
        `Basic ${btoa('«client»:')}`,
        `Basic ${btoa('%ff:%ff')}`,
        `Basic ${btoa(':')}`,
        'Basic «basic»',
        'Bearer «access»',
      ],
      ...[
        'null',
        'https://evil.example',
        'cross-site',
        '0',
        '-1',
        '99999999999',
        'gzip',
        'chunked',
        'close',
        '100-continue',
        'websocket',
      ],
      ...['evil.example', '«host», «host»', '[::1', '«cookie»; «cookie»', '1.2.3.4, 5.6.7.8', 'a'.repeat(3000)],
    ),
    oddText,
  ),
)
