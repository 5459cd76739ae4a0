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

test('what an answer repeats of a secret is hidden, encoded or not', () => {
  const { hide } = hideTarget('https://mcp.example/mcp?token=secret%2F1&key=ab')

  assert.equal(hide('secret/1 secret%2F1 /mcp?key=ab&x absolute'), '~hidden1~ ~hidden1~ /mcp?key=~hidden2~&x absolute')
})
