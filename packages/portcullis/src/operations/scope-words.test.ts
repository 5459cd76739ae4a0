import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Configuration } from '../config/configuration.ts'
import type { McpServer } from '../config/mcp-servers.ts'
import { wordsOfScopes } from './scope-words.ts'

test('a scope is said in the words of its own server, by whichever address of ours, and not where nobody described it', () => {
  const further = 'https://files.example/mcp'
  const words = wordsOfScopes({
    mcpServers: [server('https://mcp.example/mcp', 'Read your notes'), server('https://mcp.example/b', 'Read b')],
    resources: { [further]: { scopes: { 'notes:read': 'List your files' } } } as unknown as Configuration['resources'], // of which the scopes alone are read
  })

  assert.equal(words('https://mcp.example/mcp', 'notes:read'), 'Read your notes')
  assert.equal(words('https://mcp.example/b', 'notes:read'), 'Read b')
  assert.equal(words(further, 'notes:read'), 'List your files')
  assert.equal(words('https://mcp.example/b', 'notes:read'), 'Read b')
  assert.equal(words(further, 'openid'), undefined)
  assert.equal(words('https://mcp.example/mcp', 'toString'), undefined)
})

function server(publicUrl: string, description: string) {
  return { publicUrl, alsoServedAt: [], scopes: { 'notes:read': description } } as unknown as McpServer // of which these alone are read
}
