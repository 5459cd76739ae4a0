/** The route of mcp-handler with `withMcpAuth`, as its documentation has it. `metadataPath`: what its challenge points to. */
export function mcpHandlerRoute(metadataPath: string): string {
  return `import { createMcpHandler, withMcpAuth } from 'mcp-handler'
const served = createMcpHandler(
  (server) => { server.tool('whoami', 'who', {}, async () => ({ content: [{ type: 'text', text: 'you' }] })) },
  {},
  { basePath: '' },
)
const verifyToken = async (_request: Request, token?: string) =>
  token === 'good' ? { token, clientId: 'scene', scopes: [] } : undefined
const protectedHandler = withMcpAuth(served, verifyToken, { required: true, resourceMetadataPath: '${metadataPath}' })
export { protectedHandler as GET, protectedHandler as POST, protectedHandler as DELETE }`
}
