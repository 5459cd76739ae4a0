import { type CallToolResult, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { holding, type Portfolios } from './portfolio.ts'
import type { User } from './users.ts'

/** What a client can be allowed, in the words of the consent page. */
export const scopes = {
  'portfolio:read': 'See your portfolio',
  'portfolio:write': 'Change your portfolio',
  'tools:invoke': 'Use the tools of the portal in your name',
}

/** What a call of each tool needs; `protect` upholds it. */
export const toolScopes = {
  whoami: { scopes: ['tools:invoke'] },
  read_portfolio: { scopes: ['tools:invoke', 'portfolio:read'] },
  set_holding: { scopes: ['tools:invoke', 'portfolio:write'] },
}

/** The portal's tools, for one request of one person. Whether they may be called was decided before. */
export function createTools(portfolios: Portfolios, user: User): McpServer {
  const server = new McpServer({ name: 'folio', version: '1.0.0' })

  server.registerTool(
    'whoami',
    { description: 'Tells whose portal account this is.', annotations: { readOnlyHint: true } },
    async () => said(`You are ${user.name}.`),
  )

  server.registerTool(
    'read_portfolio',
    {
      description: 'Lists what you hold.',
      outputSchema: z.object({ holdings: z.array(z.object({ symbol: z.string(), units: z.number() })) }),
      annotations: { readOnlyHint: true },
    },
    async () => {
      const holdings = portfolios.list(user.id)
      const lines = holdings.map(({ symbol, units }) => `${symbol}: ${units}`)
      return { ...said(lines.join('\n') || 'You hold nothing.'), structuredContent: { holdings: [...holdings] } }
    },
  )

  server.registerTool(
    'set_holding',
    {
      description: 'Sets how many units of something you hold.',
      inputSchema: holding,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
    },
    async (wanted) => {
      portfolios.set(user.id, wanted)
      return said(
        wanted.units === 0 ? `You no longer hold ${wanted.symbol}.` : `You hold ${wanted.units} ${wanted.symbol}.`,
      )
    },
  )

  return server
}

function said(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
