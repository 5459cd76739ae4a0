import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/koa'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = toNodeHandler(createMcpHandler(createNotes))

const app = new Koa()
app.use(protect(createResourceServer(settings), rules))
app.use(bodyParser({ enableTypes: ['json'] }))
app.use(async (ctx, next) => {
  if (ctx.path !== '/mcp') return next()
  ctx.respond = false
  await mcp(ctx.req, ctx.res, ctx.method === 'POST' ? ctx.request.body : undefined)
})
app.use((ctx) => {
  if (ctx.path === '/mcp-health') ctx.body = 'ok'
})
app.listen(port)
