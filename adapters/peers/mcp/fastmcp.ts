import { FastMCP } from 'fastmcp'

type Settings = ConstructorParameters<typeof FastMCP>[0]

/** FastMCP, with what is said of sign-in alone. */
export function createNotes(auth: Pick<Settings, 'oauth' | 'authenticate'>): FastMCP {
  const server = new FastMCP({ name: 'notes', version: '1.0.0', ...auth })
  server.addTool({ name: 'whoami', description: 'Tells who calls.', execute: async () => 'You are somebody' })
  return server
}
