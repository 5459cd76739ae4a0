import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import { image } from './media.ts'

export function registerResources(mcp: McpServer): void {
  const plain = { description: 'Text', mimeType: 'text/plain' }
  for (const uri of ['test://static-text', 'test://watched-resource'])
    mcp.registerResource(uri.slice('test://'.length), uri, plain, () => ({
      contents: [{ uri, mimeType: 'text/plain', text: `The text of ${uri}` }],
    }))

  const binary = { description: 'An image', mimeType: 'image/png' }
  mcp.registerResource('static-binary', 'test://static-binary', binary, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'image/png', blob: image }],
  }))

  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined })
  const data = { description: 'Data by id', mimeType: 'application/json' }
  mcp.registerResource('template', template, data, ({ href: uri }, { id }) => ({
    contents: [{ uri, mimeType: 'application/json', text: JSON.stringify({ id, data: `Data for ID: ${id}` }) }],
  }))

  mcp.server.setRequestHandler('resources/subscribe', () => ({}))
  mcp.server.setRequestHandler('resources/unsubscribe', () => ({}))
}
