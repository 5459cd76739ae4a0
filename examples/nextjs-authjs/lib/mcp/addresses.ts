/** Where the MCP server is, byte for byte as people type it. */
export function addresses(origin: string): { resource: string; alsoServedAt: readonly string[] } {
  return { resource: `${origin}/mcp/mcp`, alsoServedAt: [`${origin}/mcp/sse`] }
}

export const scopes = {
  'notes:read': 'See your notes, and who you are',
  'notes:write': 'Add notes',
  'notes:delete': 'Delete notes for good',
}
