import type { Scene } from '../scene.ts'
import { gatewayInFrontOfNotes } from '../whole.ts'
import { mcpHandlerRoute } from './mcp-handler-route.ts'

const whole: readonly (Pick<Scene, 'name' | 'wrong'> & Required<Pick<Scene, 'server'>>)[] = [
  {
    name: 'healthy-portcullis-serve',
    wrong: 'Nothing: Portcullis in front of the example server.',
    server: gatewayInFrontOfNotes,
  },
  {
    name: 'healthy-portcullis-library',
    wrong: 'Nothing: our library on node:http.',
    server: { program: 'portcullis-library.ts', isOurs: true },
  },
  {
    name: 'healthy-sdk-1',
    wrong: 'Nothing: the official SDK 1.x, with its demonstration provider.',
    server: { program: 'sdk-1.ts' },
  },
  {
    name: 'healthy-sdk-1-resumable',
    wrong: 'Nothing: the official SDK 1.x, open, with an event store: each stream begins with an event without data.',
    server: { program: 'sdk-1-resumable.ts' },
  },
  { name: 'healthy-sdk-2', wrong: 'Nothing: the official SDK 2.x on Express.', server: { program: 'sdk-2.ts' } },
  {
    name: 'healthy-better-auth',
    wrong: 'Nothing: better-auth with its MCP plugin.',
    server: { program: 'better-auth.ts' },
  },
  {
    name: 'healthy-oidc-provider',
    wrong: 'Nothing: oidc-provider with registration and resource indicators.',
    server: { program: 'oidc-provider.ts' },
  },
  {
    name: 'healthy-fastmcp-4',
    wrong: 'Nothing: FastMCP 4 with its option oauth, stateless.',
    server: { program: 'fastmcp-4.ts' },
  },
]

/** Servers as their documentation says to set them up: the doctor must have nothing to mend there. */
export const healthyScenes: readonly Scene[] = [
  ...whole.map((scene): Scene => ({ ...scene, cause: undefined, stack: 'node', broken: {} })),
  {
    name: 'healthy-mcp-handler',
    wrong: 'Nothing: mcp-handler in Next.js.',
    cause: undefined,
    stack: 'next',
    broken: {
      challenge: mcpHandlerRoute('/.well-known/oauth-protected-resource/mcp'),
      resource_metadata: `import { metadataCorsOptionsRequestHandler, protectedResourceHandler } from 'mcp-handler'
export const GET = protectedResourceHandler({ authServerUrls: ['$ORIGIN'], resourceUrl: '$TARGET' })
export const OPTIONS = metadataCorsOptionsRequestHandler()`,
    },
  },
]
