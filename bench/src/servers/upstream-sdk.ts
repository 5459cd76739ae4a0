import { createServer } from 'node:http'
import { listen } from './listening.ts'
import { handleMcp } from './mcp-sdk.ts'

/** A real MCP server that checks nothing. */
listen(createServer(handleMcp))
