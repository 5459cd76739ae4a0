/** A request to the MCP endpoint, as clients send it. */
export interface McpRequest {
  headers: Readonly<Record<string, string>>
  body: string
}

const call = { jsonrpc: '2.0', id: 1, method: 'tools/call' }
const common = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
  'User-Agent': 'bench/1',
}

/** A call of a tool up to 2025-11-25. */
export const legacyCall: McpRequest = {
  headers: { ...common, 'MCP-Protocol-Version': '2025-11-25' },
  body: JSON.stringify({ ...call, params: { name: 'whoami', arguments: {} } }),
}

/** A call of a tool from 2026-07-28 on. */
export const modernCall: McpRequest = {
  headers: { ...common, 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'whoami' },
  body: JSON.stringify({
    ...call,
    params: {
      name: 'whoami',
      arguments: {},
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  }),
}
