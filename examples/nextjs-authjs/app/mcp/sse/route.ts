import { sse } from '../../../lib/mcp/mcp.ts'

function mcp(request: Request): Promise<Response> {
  return sse()(request)
}

export { mcp as DELETE, mcp as GET, mcp as HEAD, mcp as OPTIONS, mcp as POST }
