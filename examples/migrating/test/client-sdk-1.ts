import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { KeepingClient } from './client.ts'

/** `callWhoami` with the client of the official SDK 1.x, which keeps the same. */
export async function callWhoamiBySdk1(
  url: string,
  kept: KeepingClient,
  signIn: (page: URL) => Promise<URL>,
): Promise<string> {
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: kept })
  const client = new Client({ name: 'notebook', version: '1.0.0' })
  try {
    await client.connect(transport)
  } catch (error) {
    const page = kept.asked.at(-1)
    if (!(error instanceof UnauthorizedError) || page === undefined) throw error
    const landed = await signIn(page)
    await transport.finishAuth(landed.searchParams.get('code') ?? '')
    return callWhoamiBySdk1(url, kept, () => Promise.reject(new Error('it asked a second time')))
  }
  const { content } = await client.callTool({ name: 'whoami', arguments: {} })
  await client.close()
  return JSON.stringify(content)
}
