import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/h3'
import { H3, serve } from 'h3'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = createMcpHandler(createNotes)

const app = new H3()
app.use(protect(createResourceServer(settings), rules))
app.all('/mcp', ({ req, context }) => mcp.fetch(req, { authInfo: context.auth }))
app.all('/mcp-health', () => 'ok')
serve(app, { port })
