import { serve } from '@hono/node-server'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { createNotes } from '../notes.ts'
import { port, settings, tools } from '../settings.ts'

const mcp = createMcpHandler(createNotes)

const fetch = protect(createResourceServer(settings), mcp.fetch, {
  tools,
  otherwise: ({ url }) =>
    new URL(url).pathname === '/mcp-health' ? new Response('ok') : new Response('', { status: 404 }),
})
serve({ fetch, port })
