import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shellWord } from './shell-word.ts'

for (const [text, word] of [
  ['https://mcp.example.com:8443/mcp', 'https://mcp.example.com:8443/mcp'],
  ['https://mcp.example.com/mcp?a=1&b=$(id)', "'https://mcp.example.com/mcp?a=1&b=$(id)'"],
  ["https://mcp.example.com/'`id`", "'https://mcp.example.com/'\\''`id`'"],
  ['https://mcp.example.com/~hidden1~', "'https://mcp.example.com/~hidden1~'"],
  ['', "''"],
] as const)
  test(`${JSON.stringify(text)} is one word for a shell`, () => {
    assert.equal(shellWord(text), word)
  })
