import { serve } from '@hono/node-server'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { type Protected, protect } from '@portcullis/auth/hono'
import { Hono } from 'hono'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = createMcpHandler(createNotes)

const app = new Hono<Protected>()
app.use(protect(createResourceServer(settings), rules))
app.all('/mcp', (c) => mcp.fetch(c.req.raw, { authInfo: c.get('auth') }))
app.get('/mcp-health', (c) => c.text('ok'))
serve({ fetch: app.fetch, port })
