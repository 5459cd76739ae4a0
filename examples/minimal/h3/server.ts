import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { authOf, protect } from '@portcullis/auth/h3'
import { H3, serve } from 'h3'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = createMcpHandler(createNotes)

const app = new H3()
app.use(protect(createResourceServer(settings), rules))
app.all('/mcp', (event) => mcp.fetch(event.req, { authInfo: authOf(event) }))
app.all('/mcp-health', () => 'ok')
serve(app, { port })
