import { createMcpHandler } from '@modelcontextprotocol/server'
import { authOf } from '@portcullis/auth/h3'
import { defineHandler } from 'nitro'
import { createNotes } from '../../notes.ts'

const mcp = createMcpHandler(createNotes)

export default defineHandler((event) => mcp.fetch(event.req, { authInfo: authOf(event) }))
