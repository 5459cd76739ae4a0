/** Where the MCP server is, byte for byte as people type it. */
export function addresses(origin: string): { resource: string; alsoServedAt: readonly string[] } {
  return { resource: `${origin}/mcp/mcp`, alsoServedAt: [`${origin}/mcp/sse`] }
}

export const scopes = {
  'notes:read': 'See your notes, and who you are',
  'notes:write': 'Add notes',
  'notes:delete': 'Delete notes for good',
}

/** What a call of each tool needs. `notes:delete` is not asked for at first: the first call of delete_note has the person asked for it. */
export const tools = {
  whoami: { scopes: ['notes:read'] },
  list_notes: { scopes: ['notes:read'] },
  add_note: { scopes: ['notes:write'] },
  delete_note: { scopes: ['notes:delete'] },
}
