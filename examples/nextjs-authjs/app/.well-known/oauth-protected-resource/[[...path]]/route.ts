import { streamable } from '../../../../lib/mcp/mcp.ts'

function metadata(request: Request): Promise<Response> {
  return streamable()(request)
}

export { metadata as GET, metadata as HEAD, metadata as OPTIONS }
