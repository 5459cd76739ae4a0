import { join } from 'node:path'
import { packageVersion } from '../clients/package-version.ts'
import { interopFolder } from '../folders.ts'
import { standAt } from './listening.ts'
import type { UpstreamKind } from './upstream.ts'

/** A server that speaks MCP 2024-11-05 over HTTP+SSE, and nothing else. */
export const sse: UpstreamKind = {
  name: 'sse',
  configuration: '',
  scopes: ['mcp'],
  tools: ['whoami'],
  isTranslated: true,
  era: 'sessions',
  prepare: async () => ({
    version: packageVersion('@modelcontextprotocol/sdk'),
    command: [process.execPath, join(interopFolder, 'upstreams', 'sse', 'server.ts')],
    env: {},
  }),
  stand: (upstream, name) => standAt('/sse', upstream, name),
}
