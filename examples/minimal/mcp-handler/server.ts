import { serve } from '@hono/node-server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { createMcpHandler } from 'mcp-handler'
import { registerNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = createMcpHandler(registerNotes, { serverInfo: { name: 'notes', version: '1.0.0' } })

const otherwise = ({ url }: Request) =>
  new URL(url).pathname === '/mcp-health' ? new Response('ok') : new Response('There is nothing here', { status: 404 })

const fetch = protect(createResourceServer(settings), mcp, { ...rules, otherwise })
serve({ fetch, port })
