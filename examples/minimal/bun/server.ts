import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = createMcpHandler(createNotes)

const otherwise = ({ url }: Request) =>
  new URL(url).pathname === '/mcp-health' ? new Response('ok') : new Response('There is nothing here', { status: 404 })

const fetch = protect(createResourceServer(settings), mcp.fetch, { ...rules, otherwise })
Bun.serve({ fetch, port })
