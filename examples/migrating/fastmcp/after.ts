import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fastmcp'
import { callerOf } from '@portcullis/auth/tools'
import { FastMCP } from 'fastmcp'
import { issuer, port, resource } from '../settings.ts'

const server = createResourceServer({ resource, authorizationServers: [issuer], scopes: ['notes:read'] })

const notes = protect(server, (authenticate) => new FastMCP({ name: 'notes', version: '1.0.0', authenticate }), {
  scope: ['notes:read'],
})
notes.addTool({
  name: 'whoami',
  description: 'Tells who calls.',
  execute: async (_, context) => `You may ${[...callerOf(context).scopes].join(' ')}`,
})
await notes.start({ transportType: 'httpStream', httpStream: { port, stateless: true } })
