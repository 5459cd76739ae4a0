import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/express'
import express from 'express'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

const mcp = toNodeHandler(createMcpHandler(createNotes))

const app = express()
app.use(protect(createResourceServer(settings), rules))
app.use(express.json())
app.all('/mcp', (req, res) => mcp(req, res, req.body))
app.get('/mcp-health', (_req, res) => {
  res.send('ok')
})
app.listen(port)
