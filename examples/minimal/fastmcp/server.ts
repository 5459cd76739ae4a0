import { createResourceServer } from '@portcullis/auth'
import { type Authenticate, protect } from '@portcullis/auth/fastmcp'
import { FastMCP } from 'fastmcp'
import { port, rules, settings } from '../settings.ts'

function createNotes(authenticate: Authenticate) {
  const notes = new FastMCP({
    name: 'notes',
    version: '1.0.0',
    health: { path: '/mcp-health', message: 'ok' },
    authenticate,
  })
  notes.addTool({
    name: 'whoami',
    description: 'Tells who calls.',
    execute: async (_, { session }) =>
      `You are somebody with ${session?.clientId} and the scopes ${session?.scopes.join(' ')}`,
  })
  notes.addTool({
    name: 'delete-notes',
    description: 'Deletes all notes.',
    execute: async () => 'There are no notes any more',
  })
  return notes
}

const app = protect(createResourceServer(settings), createNotes, rules)
await app.start({ transportType: 'httpStream', httpStream: { port, stateless: true } })
