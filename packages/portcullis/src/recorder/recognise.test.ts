import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recognise } from './recognise.ts'

const nothing = { agents: [], addresses: [], clientIds: [], redirectUris: [] }

const cases = [
  {
    title: 'the document that describes it proves a client, under whatever name it calls',
    known: { ...nothing, agents: ['Bun/1.4.4'], clientIds: ['https://claude.ai/oauth/claude-code-client-metadata'] },
    is: ['claude-code', 'proved'],
  },
  {
    title: 'a callback of its makers proves it, since only they get the code',
    known: { ...nothing, clientName: 'Anything', redirectUris: ['https://claude.ai/api/mcp/auth_callback'] },
    is: ['claude', 'proved'],
  },
  {
    title: 'a name of its own in User-Agent is what it says of itself',
    known: { ...nothing, agents: ['Visual Studio Code/1.115.0'] },
    is: ['vscode', 'likely'],
  },
  {
    title: 'published addresses tell a cloud service that speaks by a common library',
    known: { ...nothing, agents: ['python-httpx/0.28.1'], addresses: ['160.79.104.9'] },
    is: ['claude', 'likely'],
  },
  {
    title: 'a name that it claims, with nothing else to show, is a guess',
    known: { ...nothing, clientName: 'Cline' },
    is: ['cline', 'guess'],
  },
  {
    title: 'a common library alone is nobody',
    known: { ...nothing, agents: ['node'] },
    is: [undefined, 'unknown'],
  },
  {
    title: 'a client that speaks under a name of its own is not one that speaks under another',
    known: { ...nothing, agents: ['evil/1'], clientName: 'Codex' },
    is: [undefined, 'unknown'],
  },
] as const

for (const { title, known, is } of cases)
  test(title, () => {
    const { profile, sureness } = recognise(known)

    assert.deepEqual([profile?.id, sureness], is)
  })

test('where several fit equally, all are named, and none is chosen', () => {
  assert.deepEqual(recognise({ ...nothing, agents: ['node'] }).others, ['TypeScript SDK 1.x', 'TypeScript SDK 2.x'])
})
