import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Configuration } from '../config/configuration.ts'
import { wordsOfScopes } from './scope-words.ts'

test('a scope is said in the words of its own server, by whichever address of ours, and not where nobody described it', () => {
  const further = 'https://files.example/mcp'
  const words = wordsOfScopes({
    scopes: { 'notes:read': 'Read your notes' },
    resources: { [further]: { scopes: { 'notes:read': 'List your files' } } } as unknown as Configuration['resources'], // of which the scopes alone are read
  })

  assert.equal(words('https://mcp.example/mcp', 'notes:read'), 'Read your notes')
  assert.equal(words(further, 'notes:read'), 'List your files')
  assert.equal(words(further, 'openid'), undefined)
  assert.equal(words('https://mcp.example/mcp', 'toString'), undefined)
})
