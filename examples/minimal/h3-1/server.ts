import { createServer } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/h3'
import { createApp, createRouter, eventHandler, toNodeListener } from 'h3-1'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = toNodeHandler(createMcpHandler(createNotes))

const app = createApp()
app.use(protect(createResourceServer(settings), rules))
const router = createRouter()
router.use(
  '/mcp',
  eventHandler(({ node: { req, res } }) => mcp(req, res)),
)
router.use(
  '/mcp-health',
  eventHandler(() => 'ok'),
)
app.use(router)
createServer(toNodeListener(app)).listen(port)
