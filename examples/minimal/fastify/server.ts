import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fastify'
import { fastify } from 'fastify'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = toNodeHandler(createMcpHandler(createNotes))

const app = fastify()
await app.register(protect(createResourceServer(settings), rules))
app.all('/mcp', async (request, reply) => {
  reply.hijack()
  await mcp(request.raw, reply.raw, request.body)
})
app.get('/mcp-health', () => 'ok')
await app.listen({ port })
