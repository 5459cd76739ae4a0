// Not in TypeScript: under the condition `source`, which this folder needs, the types of one of their dependencies are that dependency's own sources.
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'

const info = { name: 'conformance', version: '1.0.0' }
const capabilities = { sampling: {}, elicitation: {}, roots: {} }
// What the host of a client answers when it is asked.
const sampled = { role: 'assistant', model: 'none', content: { type: 'text', text: 'sampled here' } }
const filled = { action: 'accept', content: { name: 'filled in here', check: true } }
const roots = { roots: [{ uri: 'file:///here', name: 'here' }] }

export const clients = {
  async 'sdk 1.x'(url) {
    const client = new Client1(info, { capabilities })
    client.setRequestHandler(CreateMessageRequestSchema, () => sampled)
    client.setRequestHandler(ElicitRequestSchema, () => filled)
    client.setRequestHandler(ListRootsRequestSchema, () => roots)
    const transport = new Transport1(new URL(url))
    await client.connect(transport)
    return connected(client, {
      revision: transport.protocolVersion,
      call: (name, args, onprogress) => client.callTool({ name, arguments: args }, undefined, { onprogress }),
    })
  },
  async 'sdk 2.x'(url) {
    const client = new Client2(info, { capabilities, versionNegotiation: { mode: 'auto' } })
    client.setRequestHandler('sampling/createMessage', () => sampled)
    client.setRequestHandler('elicitation/create', () => filled)
    client.setRequestHandler('roots/list', () => roots)
    await client.connect(new Transport2(new URL(url)))
    return connected(client, {
      revision: client.getNegotiatedProtocolVersion(),
      call: (name, args, onprogress) => client.callTool({ name, arguments: args }, { onprogress }),
    })
  },
}

function connected(client, ofItsOwn) {
  return {
    ...ofItsOwn,
    countTools: async () => (await client.listTools()).tools.length,
    close: () => client.close(),
  }
}
