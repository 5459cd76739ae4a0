import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideTarget } from './hidden-target.ts'

const hidden: readonly (readonly [typed: string, shown: string])[] = [
  ['https://mcp.example/mcp', 'https://mcp.example/mcp'],
  ['https://mcp.example/mcp?v=1', 'https://mcp.example/mcp?v=1'],
  ['https://mcp.example/mcp?api_key=x1', 'https://mcp.example/mcp?api_key=~hidden1~'],
  ['https://mcp.example/mcp?v=1&u=0123456789abcdef', 'https://mcp.example/mcp?v=1&u=~hidden1~'],
  ['https://mcp.example/mcp?a=1&token=secret%2F1&k=v#f', 'https://mcp.example/mcp?a=1&token=~hidden1~&k=v#f'],
  ['https://me:pw@mcp.example/mcp', 'https://~hidden1~@mcp.example/mcp'],
  ['https://somebody:password@mcp.example/?key=1', 'https://~hidden1~@mcp.example/?key=~hidden2~'],
  ['https://mcp.example/mcp?pass=hunter22', 'https://mcp.example/mcp?pass=~hidden1~'],
  ['https://mcp.example/mcp#access_token=secret1', 'https://mcp.example/mcp#access_token=~hidden1~'],
  ['https://mcp.example/mcp#/a?token=secret1', 'https://mcp.example/mcp#/a?token=~hidden1~'],
  ['https://mcp.example/s/Zk3ab9Qx81mmLP02k1kd/mcp', 'https://mcp.example/s/~hidden1~/mcp'],
  ['https://MCP.example:443/s/Zk3ab9Qx81mmLP02k1kd', 'https://MCP.example:443/s/~hidden1~'],
  ['https://me:pw@mcp.example/3f2a9c1e-58b0-4e6e-9d57-0c1f2b3a4d5e', 'https://~hidden1~@mcp.example/~hidden2~'],
  ['https://mcp.example/api/mcp/s/T1RLOmY4ZTc%3D/mcp?v=1', 'https://mcp.example/api/mcp/s/T1RLOmY4ZTc%3D/mcp?v=1'],
  ['https://mcp.example/s/T1RLOmY4ZTc6YWJj%3D/mcp?v=1', 'https://mcp.example/s/~hidden1~/mcp?v=1'],
  ['https://mcp.example/model-context-protocol-2025/mcp', 'https://mcp.example/model-context-protocol-2025/mcp'],
  [
    'https://mcp.example/2025-06-18-release/MyVeryLongServer2',
    'https://mcp.example/2025-06-18-release/MyVeryLongServer2',
  ],
  ['https://mcp.example/123456789012345678/mcp', 'https://mcp.example/123456789012345678/mcp'],
]
for (const [typed, shown] of hidden) {
  test(`${typed} is shown as ${shown}, and asked as it was typed`, () => {
    const target = hideTarget(typed)

    assert.equal(target.shown, shown)
    assert.equal(target.reveal(target.shown), typed)
  })
}

test('what stands in the path goes to nobody but the origin that it was typed for either, and from http to its https', () => {
  const { reveal } = hideTarget('http://mcp.example/s/Zk3ab9Qx81mmLP02k1kd')

  assert.equal(reveal('https://mcp.example/s/~hidden1~'), 'https://mcp.example/s/Zk3ab9Qx81mmLP02k1kd')
  for (const url of ['https://else.example/~hidden1~', 'https://mcp.example:8443/s/~hidden1~'])
    assert.equal(reveal(url), url)
})

test('what stands in the path and in that of another host is no secret there: clients go to that URL', () => {
  const tenant = '3f2a9c1e-58b0-4e6e-9d57-0c1f2b3a4d5e'
  const { hide } = hideTarget(`https://mcp.example/${tenant}/mcp`)

  for (const text of [
    `{"authorization_servers":["https://login.example/${tenant}/v2.0"]}`,
    `https:\\/\\/login.example\\/a\\/${tenant}`,
  ])
    assert.equal(hide(text), text)
  for (const text of [
    `https://mcp.example/${tenant}/mcp`,
    `https://login.example/authorize?resource=https://mcp.example/${tenant}/mcp`,
    `https://login.example/authorize?resource=https%3A%2F%2Fmcp.example%2F${tenant}%2Fmcp`,
    `/${tenant}/mcp`,
    `{"id":"${tenant}"}`,
  ])
    assert.ok(!hide(text).includes(tenant), text)
})

test('law 11: the secret goes to nobody but the origin that it was typed for', () => {
  const { reveal } = hideTarget('https://mcp.example/mcp?token=secret-one')

  assert.equal(reveal('https://mcp.example/other?token=~hidden1~'), 'https://mcp.example/other?token=secret-one')
  for (const url of [
    'https://else.example/steal?x=~hidden1~',
    'https://~hidden1~.else.example/',
    'http://mcp.example/mcp?token=~hidden1~',
    '~hidden1~',
  ])
    assert.equal(reveal(url), url)
})

for (const typed of [
  'https://mcp.example/mcp?token=pa$$word$1x$`y',
  'https://mcp.example/mcp?key=abcdefgh&token=hidden',
  'https://mcp.example/mcp?%74oken=short1',
  'https://mcp.example/mcp?token=%74oken-1',
])
  test(`${typed} is hidden whole and asked as it was typed`, () => {
    const { shown, reveal } = hideTarget(typed)

    assert.ok(shown.endsWith('~'), shown)
    assert.equal(reveal(shown), typed)
  })

test('what an answer repeats of a secret is hidden, encoded or not', () => {
  const { hide } = hideTarget('https://mcp.example/mcp?token=secret%2F1&key=ab')

  assert.equal(hide('secret/1 secret%2F1 /mcp?key=ab&x absolute'), '~hidden1~ ~hidden1~ /mcp?key=~hidden2~&x absolute')
})

for (const [typed, repeated] of [
  ['abc/def+ghi==', '/login?next=%2Fmcp%3Ftoken%3Dabc%2Fdef%2Bghi%3D%3D'],
  ['abc/def+ghi==', 'abc%2fdef%2bghi%3d%3d'],
  ['abc/def+ghi==', 'next=%252Fmcp%253Ftoken%253Dabc%252Fdef%252Bghi%253D%253D'],
  ['abc%2Fdef', '"abc%252Fdef"'],
  ['abc/def+ghi==', '"abc\\/def+ghi=="'],
  ['abc/def+ghi==', '"abc/def\\u002Bghi=="'],
  ['abc/def+ghi==', 'abc&#x2F;def&#43;ghi=='],
  ['se%22cret&x', 'se&quot;cret'],
  ['sécret-lang', 's%C3%A9cret-lang'],
  ['sécret-lang', '"s\\u00e9cret-lang"'],
  ['ab', '/mcp%3Fv%3D1%26token%3Dab'],
] as const)
  test(`${repeated} repeats the secret ${typed}, and is hidden`, () => {
    const { hide } = hideTarget(`https://mcp.example/mcp?token=${typed}`)

    assert.match(hide(repeated), /~hidden1~/)
    assert.doesNotMatch(hide(repeated), /ghi|cret|def|ab$/)
  })

for (const secret of ['-'.repeat(15_000), '%2F'.repeat(5000), `a,${"'b;".repeat(5000)}`, '\u00e9'.repeat(5000)])
  test(`${secret.length} characters of ${secret.slice(0, 6)} are hidden whole, encoded or not`, () => {
    const typed = `https://mcp.example/mcp?token=${secret}&v=1`
    const { shown, hide, reveal } = hideTarget(typed)

    assert.equal(shown, 'https://mcp.example/mcp?token=~hidden1~&v=1')
    assert.equal(reveal(shown), typed)
    assert.equal(hide(`"/login?next=${encodeURIComponent(secret)}"`), '"/login?next=~hidden1~"')
  })

test('a run of what may begin a spelling is read once', () => {
  const { hide } = hideTarget('https://mcp.example/mcp?token=/+=/+=/secret')

  for (const run of ['\\', '%25', '&#0', '/']) assert.equal(hide(run.repeat(20_000)).length, run.length * 20_000)
})
