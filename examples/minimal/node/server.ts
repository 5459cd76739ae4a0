import { createServer } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/node'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = toNodeHandler(createMcpHandler(createNotes))
const guard = protect(createResourceServer(settings), rules)

createServer((req, res) => {
  guard(req, res, (error) => {
    const path = req.url?.split('?')[0]
    if (error !== undefined) res.writeHead(500).end()
    else if (path === '/mcp') void mcp(req, res)
    else if (path === '/mcp-health') res.end('ok')
    else res.writeHead(404).end()
  })
}).listen(port)
