import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Answer } from './exchange.ts'
import { redactAnswer } from './redaction.ts'

const bodies: readonly (readonly [body: string, redacted: string])[] = [
  ['{"access_token":"abc","expires_in":3}', '{"access_token":"[redacted]","expires_in":3}'],
  ['{"client_secret" : "a\\"b"}', '{"client_secret" : "[redacted]"}'],
  ['{"refresh_token":"cut off he', '{"refresh_token":"[redacted]"'],
  ['{"error":{"code":"unauthorized","code2":-32001}}', '{"error":{"code":"unauthorized","code2":-32001}}'],
  ['{"code":"SplxlOBeZQQYbYS6WxSbIA"}', '{"code":"[redacted]"}'],
  ['{"keys":[{"kty":"EC","x":"eA","d":"ZA"}]}', '{"keys":[{"kty":"EC","x":"eA","d":"[redacted]"}]}'],
  [
    '{"kty":"AKP","priv":"eA","oth":[{"r":"eA","t":"eA"}]}',
    '{"kty":"AKP","priv":"[redacted]","oth":[{"r":"[redacted]","t":"[redacted]"}]}',
  ],
  ['{"keys":[{"kty":"oct","k":"aw', '{"keys":[{"kty":"oct","k":"[redacted]"'],
  ['{"code":-32001}', '{"code":-32001}'],
  [
    '{"accessToken":"abc","session_id":"abc","csrf-token":"abc"}',
    '{"accessToken":"[redacted]","session_id":"[redacted]","csrf-token":"[redacted]"}',
  ],
  ['{"text":"{\\"access_token\\": \\"abc\\"}"}', '{"text":"{\\"access_token\\": \\"[redacted]\\"}"}'],
  ["{'access_token': 'abc'}", "{'access_token': '[redacted]'}"],
  ['&quot;id_token&quot;:&quot;abc&quot;', '&quot;id_token&quot;:&quot;[redacted]&quot;'],
  ['access_token=abc&token_type=bearer', 'access_token=[redacted]&token_type=bearer'],
  ['"access_token=abc"', '"access_token=[redacted]"'],
  ['token="abc"', 'token="[redacted]"'],
  ['OPENAI_API_KEY=sk-abc', 'OPENAI_API_KEY=[redacted]'],
  ['event: endpoint\ndata: /messages?sessionId=abc', 'event: endpoint\ndata: /messages?sessionId=[redacted]'],
  ['/login?next=%2Fcb%3Fcode%3Da1b2%26state%3D1', '/login?next=%2Fcb%3Fcode%3D[redacted]%26state%3D1'],
  ['next=%252Fcb%253Fcode%253Da1b2%2526state%253D1', 'next=%252Fcb%253Fcode%253D[redacted]%2526state%253D1'],
  ['failed with code=401', 'failed with code=401'],
  ['https:\\/\\/mcp:pw@mcp.example\\/', 'https:\\/\\/[redacted]@mcp.example\\/'],
  ['<a href="/cb?code=abc&state=1">', '<a href="/cb?code=[redacted]&state=1">'],
  ['https://mcp:pw@mcp.example/', 'https://[redacted]@mcp.example/'],
  ['token eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln given', 'token [redacted] given'],
  [
    '{"token_endpoint":"https://as.example/token","authorization_endpoint":"https://as.example/authorize?p=1"}',
    '{"token_endpoint":"https://as.example/token","authorization_endpoint":"https://as.example/authorize?p=1"}',
  ],
]
for (const [body, redacted] of bodies) {
  test(`of the body ${body} stays ${redacted}`, () => {
    assert.equal(redactAnswer(answer(body)).body, redacted)
  })
}

test('of a cookie its name and its attributes stay, of a redirect its code goes', () => {
  const { headers } = redactAnswer(
    answer('', [
      ['set-cookie', 'sid=secret; Path=/; HttpOnly'],
      ['location', 'https://app.example/cb?state=1&code=secret'],
      ['www-authenticate', 'Bearer error="invalid_token"'],
      ['set-cookie', 'secret; Path=/'],
      ['mcp-session-id', 'secret'],
      ['x-api-key', 'secret'],
      ['x-amzn-remapped-authorization', 'Bearer secret'],
      ['x-amzn-remapped-www-authenticate', 'Bearer realm="a"'],
    ]),
  )

  assert.deepEqual(headers, [
    ['set-cookie', 'sid=[redacted]; Path=/; HttpOnly'],
    ['location', 'https://app.example/cb?state=1&code=[redacted]'],
    ['www-authenticate', 'Bearer error="invalid_token"'],
    ['set-cookie', '[redacted]; Path=/'],
    ['mcp-session-id', '[redacted]'],
    ['x-api-key', '[redacted]'],
    ['x-amzn-remapped-authorization', '[redacted]'],
    ['x-amzn-remapped-www-authenticate', 'Bearer realm="a"'],
  ])
})

test('a token is looked for where a word begins alone, so that a body that nearly holds many is read once', () => {
  const inWord = 'aeyJhbGciOiJF.eyJzdWIiOiJh'

  assert.equal(redactAnswer(answer(inWord)).body, inWord)
  for (const run of ['eyJ-', '\\\\\\\\', '%25%', 'a.a-', '"a":', "'a':"])
    assert.equal(redactAnswer(answer(run.repeat(16_000))).body.length, run.length * 16_000)
})

test('what was redacted once is not changed again', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('access_token=', '"code":"', '&code=', '%26token%3D', '\\"token\\":\\"', "'jwt':'", 'eyJ', 'a'),
      fc.string(),
      (start, rest) => {
        const once = redactAnswer(answer(` ${start}${rest}`))

        assert.deepEqual(redactAnswer(once), once)
      },
    ),
  )
})

function answer(body: string, headers: Answer['headers'] = []): Answer {
  return { kind: 'answer', status: 200, headers, body, isWhole: true }
}
