import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/next'
import { createMcpHandler } from 'mcp-handler'
import { registerNotes } from '../../../notes.ts'
import { rules, settings } from '../../../settings.ts'

const mcp = createMcpHandler(registerNotes, { serverInfo: { name: 'notes', version: '1.0.0' } })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = protect(createResourceServer(settings), mcp, rules)
