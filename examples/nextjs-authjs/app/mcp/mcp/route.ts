import { streamable } from '../../../lib/mcp/mcp.ts'

function mcp(request: Request): Promise<Response> {
  return streamable()(request)
}

export { mcp as DELETE, mcp as GET, mcp as HEAD, mcp as OPTIONS, mcp as POST }
