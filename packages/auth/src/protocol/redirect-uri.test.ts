import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeRedirectUri, matchesRedirectUri, provesIdentity, redirectDestination } from './redirect-uri.ts'

const accepted: [uri: string, form: 'https' | 'loopback' | 'private-use'][] = [
  ['https://client.example/callback', 'https'],
  ['https://client.example', 'https'],
  ['https://client.example:8443/cb?a=b', 'https'],
  ['HTTPS://client.example/cb', 'https'],
  ['http://localhost/cb', 'loopback'],
  ['http://localhost:33418', 'loopback'],
  ['http://localhost:8976/cb?a=b', 'loopback'],
  ['http://127.0.0.1/', 'loopback'],
  ['http://127.0.0.1:1', 'loopback'],
  ['http://[::1]:8976/cb', 'loopback'],
  ['cursor://anysphere.cursor-mcp/oauth/callback', 'private-use'],
  ['com.example.app:/oauth', 'private-use'],
]
for (const [uri, form] of accepted) {
  test(`AS-31 law 4: ${uri} is accepted as ${form}`, () => {
    assert.deepEqual(judgeRedirectUri(uri), { kind: 'accepted', form })
  })
}

const forbidden = [
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\tscript:alert(1)',
  'java\nscript:alert(1)',
  ' javascript:alert(1)',
  '\u0000\u001fjavascript:alert(1)',
  'javascript://client.example/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'file:///etc/passwd',
  'blob:https://client.example/1',
  'about:blank',
  'vbscript:msgbox',
  'view-source:https://client.example/',
  'filesystem:https://client.example/x',
  'intent://scan/#Intent;end',
  'mailto:a@client.example',
  'search-ms:query=x&crumb=location:%5C%5Cevil.example',
  'ms-msdt:/id',
  'MS-Word:ofe|u|https://evil.example/x.docm',
  'microsoft-edge:https://evil.example/',
  'itms-services://?action=download-manifest&url=https://evil.example/x.plist',
  'x-apple.systempreferences:com.apple.preference.security',
  'ssh://evil.example/',
  'smb://evil.example/share',
  'shortcuts://run-shortcut?name=x',
  'chrome-extension://abcdef/page.html',
]
for (const uri of forbidden) {
  test(`law 4: ${JSON.stringify(uri)} is forbidden, so that its whole registration is refused`, () => {
    assert.equal(judgeRedirectUri(uri).kind, 'forbidden')
  })
}

const unsupported: [why: string, uri: string][] = [
  ['nothing', ''],
  ['a path alone', '/callback'],
  ['a host alone', 'client.example/cb'],
  ['a scheme-relative reference', '//client.example/cb'],
  ['a fragment', 'https://client.example/cb#x'],
  ['an empty fragment', 'https://client.example/cb#'],
  ['a user', 'https://user@client.example/cb'],
  ['a user and a password', 'https://user:secret@client.example/cb'],
  ['an empty user', 'https://@client.example/cb'],
  ['a user in a private-use scheme', 'cursor://user@host/cb'],
  ['a host that only looks like loopback', 'http://localhost@client.example/cb'],
  ['a port that only looks like one', 'http://localhost:80@client.example/cb'],
  ['a wildcard host', 'https://*.client.example/cb'],
  ['a wildcard path', 'https://client.example/*'],
  ['plain http', 'http://client.example/cb'],
  ['a subdomain of loopback', 'http://localhost.client.example/cb'],
  ['a number that continues', 'http://127.0.0.1.client.example/cb'],
  ['loopback in capitals, which is compared exactly', 'http://LOCALHOST/cb'],
  ['another address of the loopback range', 'http://127.0.0.2/cb'],
  ['loopback in another spelling', 'http://2130706433/cb'],
  ['an unspecified address', 'http://0.0.0.0/cb'],
  ['a port that is none', 'http://localhost:99999/cb'],
  ['https without its slashes, which browsers take as relative', 'https:client.example/cb'],
  ['https with a slash too many', 'https:///client.example/cb'],
  ['a backslash, which browsers take as a slash', 'https://client.example\\@evil.example/cb'],
  ['a space', 'https://client.example/a b'],
  ['a quote', 'https://client.example/"x'],
  ['an angle bracket', 'https://client.example/<x>'],
  ['a space that browsers do not drop', '\u00a0javascript:alert(1)'],
  ['a line break', 'https://client.example/\r\nx'],
  ['a character beyond ASCII', 'https://clïent.example/cb'],
  ['a scheme of transport', 'ws://client.example/cb'],
  ['a scheme of file transfer', 'ftp://client.example/cb'],
  ['a drive of Windows', 'c:/windows/system32'],
  ['a code of its own, beside the one of the answer', 'https://client.example/cb?code=x'],
  ['a state of its own', 'https://client.example/cb?a=b&state=x'],
  ['an issuer of its own (mix-up)', 'http://localhost:8976/cb?iss=https://evil.example'],
  ['an issuer of its own, percent-encoded', 'https://client.example/cb?%69ss=https://evil.example'],
  ['an error of its own', 'cursor://host/cb?error=access_denied'],
]
for (const [why, uri] of unsupported) {
  test(`law 4: a redirect URI with ${why} is not taken: ${JSON.stringify(uri)}`, () => {
    const verdict = judgeRedirectUri(uri)

    assert.equal(verdict.kind, 'unsupported')
    assert.match(verdict.kind === 'unsupported' ? verdict.reason : '', /^[\x20-\x7E]+$/)
  })
}

const loopbackMatches: [presented: string, registered: string, matches: boolean][] = [
  ['http://localhost:49152/cb', 'http://localhost/cb', true],
  ['http://localhost/cb', 'http://localhost:8976/cb', true],
  ['http://127.0.0.1:1/cb', 'http://127.0.0.1:2/cb', true],
  ['http://[::1]:49152/cb?a=b', 'http://[::1]/cb?a=b', true],
  ['http://localhost:1/cb', 'http://127.0.0.1:1/cb', false],
  ['http://127.0.0.1:1/cb', 'http://localhost:1/cb', false],
  ['http://[::1]:1/cb', 'http://127.0.0.1:1/cb', false],
  ['http://localhost:1/cb/', 'http://localhost:1/cb', false],
  ['http://localhost:1/cb?a=b', 'http://localhost:1/cb', false],
  ['http://localhost:1/cb', 'http://localhost:1/cb?a=b', false],
  ['http://localhost:1/CB', 'http://localhost:1/cb', false],
  ['http://localhost:1', 'http://localhost:1/', false],
  ['https://localhost:2/cb', 'https://localhost:1/cb', false],
  ['https://localhost:1/cb', 'http://localhost:1/cb', false],
  ['https://client.example:2/cb', 'https://client.example:1/cb', false],
  ['https://client.example/cb', 'https://client.example/cb', true],
  ['https://CLIENT.example/cb', 'https://client.example/cb', false],
  ['https://client.example/cb/../cb', 'https://client.example/cb', false],
  ['https://client.example/%63b', 'https://client.example/cb', false],
  ['cursor://host:2/cb', 'cursor://host:1/cb', false],
  ['http://localhost:99999/cb', 'http://localhost/cb', false],
  ['http://localhost:8976@evil.example/cb', 'http://localhost/cb', false],
  ['http://localhost.evil.example/cb', 'http://localhost/cb', false],
]
for (const [presented, registered, matches] of loopbackMatches) {
  test(`AS-32 P-05 law 4: ${presented} ${matches ? 'is' : 'is not'} the registered ${registered}`, () => {
    assert.equal(matchesRedirectUri(presented, registered), matches)
  })
}

test('AS-32 a URI matches itself, and off loopback nothing else', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), fc.webUrl(), (a, b) => {
      assert.equal(matchesRedirectUri(a, a), true)
      assert.equal(matchesRedirectUri(a, b), a === b)
    }),
  )
})

test('law 4: whatever is accepted parses, has no user, fragment or control, and never names a scheme that runs', () => {
  const scheme = fc.constantFrom('https', 'http', 'javascript', 'data', 'cursor', 'file', 'HTTP', '\tjavascript')
  const rest = fc.string({ unit: fc.constantFrom(...'/:@#?*[]\\.localhost127%0\t\n <"'), maxLength: 24 })

  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.tuple(scheme, rest).map(([a, b]) => `${a}:${b}`),
      ),
      (uri) => {
        const verdict = judgeRedirectUri(uri)
        if (verdict.kind !== 'accepted') return
        const { username, hash, protocol } = new URL(uri)
        assert.deepEqual([username, hash, /[^\x21-\x7E]/.test(uri)], ['', '', false])
        assert.doesNotMatch(protocol, /^(javascript|data|file|blob|about|vbscript):$/)
        assert.equal(matchesRedirectUri(uri, uri), true)
        assert.notEqual(redirectDestination(uri), '')
      },
    ),
    { numRuns: 1000 },
  )
})

test('AS-19 the destination is the host, or the whole URI of a private-use scheme', () => {
  assert.equal(redirectDestination('https://client.example/cb?x=y'), 'client.example')
  assert.equal(redirectDestination('http://localhost:8976/cb'), 'localhost:8976')
  assert.equal(redirectDestination('cursor://anysphere/cb'), 'cursor://anysphere/cb')
})

test('law 3: https alone proves who receives the code, and not on loopback', () => {
  assert.equal(provesIdentity('https://client.example/cb'), true)
  assert.equal(provesIdentity('http://localhost:8976/cb'), false)
  assert.equal(provesIdentity('cursor://anysphere/cb'), false)
  for (const host of ['localhost', 'localhost.', '127.0.0.1:8443', '127.1', '[::1]', 'app.localhost'])
    assert.equal(provesIdentity(`https://${host}/cb`), false)
})
