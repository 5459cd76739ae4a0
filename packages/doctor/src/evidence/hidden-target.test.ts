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
]
for (const [typed, shown] of hidden) {
  test(`${typed} is shown as ${shown}, and asked as it was typed`, () => {
    const target = hideTarget(typed)

    assert.equal(target.shown, shown)
    assert.equal(target.reveal(target.shown), typed)
  })
}

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
