/** Next.js waits for this before it takes requests: what cannot stand, or be reached, is told at the start. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { authorizationServer } = await import('./lib/authorization-server.ts')
  const { resourceServer } = await import('./lib/mcp/resource-server.ts')
  await authorizationServer().ready()
  await resourceServer().ready()
}
