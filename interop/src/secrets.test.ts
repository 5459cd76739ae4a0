import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindsIn, secretsIn } from './secrets.ts'

const long = (name: string) => `${name}-with-more-than-sixteen-characters`
const sent = [
  'POST /account/welcome HTTP/1.1\r\nCookie: a=b0123456789abcdef; portcullis=',
  `${long('second-cookie')}\r\n\r\ntoken=${long('link')}&password=correct+horse+battery`,
  `\nPOST /token HTTP/1.1\r\n\r\ngrant_type=authorization_code&code=k.code.g.0.${long('code-mac')}&code_verifier=a.b~${long('verifier')}`,
  `\nPOST /token HTTP/1.1\r\n\r\ngrant_type=refresh_token&refresh_token=k.refresh.g.1.${long('refresh-mac')}`,
  `\nPOST /token HTTP/1.1\r\nauthorization: Basic ${btoa(`job:${long('client-secret')}`)}\r\n\r\ngrant_type=client_credentials`,
  `\nPOST /token HTTP/1.1\r\n\r\ngrant_type=client_credentials&client_assertion=head.claims.${long('assertion')}&assertion=head.claims.${long('identity')}`,
  `\nPOST /mcp HTTP/1.1\r\nauthorization: Bearer head.claims.${long('signature')}\r\n\r\n{}`,
].join('')
const received = [
  `HTTP/1.1 303 See Other\r\nset-cookie: portcullis=${long('first-cookie')}; HttpOnly\r\n\r\n`,
  `HTTP/1.1 200 OK\r\n\r\n{"access_token":"head.claims.${long('answered-signature')}","refresh_token":"k.refresh.g.2.${long('next-mac')}"}`,
].join('')
const secrets = secretsIn({ sent, received })

const leaks: [text: string, kind: string][] = [
  [`{"token":"${long('signature')}"}`, 'access token'],
  [`x ${long('answered-signature')} x`, 'access token'],
  [long('refresh-mac'), 'refresh token'],
  [long('next-mac'), 'refresh token'],
  [`?code=k.code.g.0.${long('code-mac')}`, 'code'],
  [`a.b~${long('verifier')}`, 'code verifier'],
  [`a.b%7E${long('verifier')}`, 'code verifier'],
  ['correct horse battery', 'password'],
  ['correct%20horse%20battery', 'password'],
  ['correct+horse+battery', 'password'],
  ['b0123456789abcdef', 'cookie'],
  [long('second-cookie'), 'cookie'],
  [long('first-cookie'), 'cookie'],
  [`/account/welcome?token=${long('link')}`, 'one-time link'],
  [`secret: ${long('client-secret')}`, 'client secret'],
  [`Basic ${btoa(`job:${long('client-secret')}`)}`, 'client secret'],
  [`{"client_assertion":"${long('assertion')}"}`, 'client assertion'],
  [`{"assertion":"${long('identity')}"}`, 'identity assertion'],
]
for (const [text, kind] of leaks)
  test(`${kind} is found in: ${text}`, () => assert.deepEqual(kindsIn(text, secrets), [kind]))

test('what is no secret is not found: ids, claims and the beginnings of tokens', () => {
  const text = 'head.claims k.refresh.g.2 k.code.g.0 portcullis HttpOnly authorization_code'

  const found = kindsIn(text, secrets)

  assert.deepEqual(found, [])
})

test('traffic without a kind of secret proves nothing, and is refused', () => {
  const withoutCode = { sent: sent.replace(/&code=[^&]+/, ''), received }

  assert.throws(() => secretsIn(withoutCode), /none was sought: code$/)
})

test('every kind is found where it passed, or the search would be worth nothing', () => {
  assert.deepEqual(new Set(kindsIn(sent + received, secrets)), new Set(secrets.keys()))
})

test('clients that authenticate are not everywhere', () => {
  const withoutThem = {
    sent: sent.replace(/authorization: Basic \S+/, '').replace(/&client_assertion=\S+/, ''),
    received,
  }

  assert.equal(secretsIn(withoutThem).has('client secret'), false)
})
