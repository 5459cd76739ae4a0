import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { defineEventHandler } from 'h3-1'
import { createNotes } from '../../notes.ts'

const mcp = toNodeHandler(createMcpHandler(createNotes))

export default defineEventHandler(({ node: { req, res } }) => mcp(req, res))
