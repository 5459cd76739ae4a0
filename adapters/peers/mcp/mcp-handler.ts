import { createMcpHandler } from 'mcp-handler'

export const mcp = createMcpHandler((server) => {
  server.registerTool('whoami', { description: 'Tells who calls.' }, () => ({
    content: [{ type: 'text', text: 'You are somebody' }],
  }))
})
