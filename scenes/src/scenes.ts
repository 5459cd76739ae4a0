import type { Scene, StackName } from './scene.ts'
import { endpointScenes } from './scenes/endpoint.ts'
import { fastmcpScenes } from './scenes/fastmcp.ts'
import { frameworkScenes } from './scenes/frameworks.ts'
import { healthyScenes } from './scenes/healthy.ts'
import { metadataScenes } from './scenes/metadata.ts'
import { proxyScenes } from './scenes/proxies.ts'
import { seedScenes } from './scenes/seeds.ts'
import { signInScenes } from './scenes/sign-in.ts'

const stacks: readonly StackName[] = ['express', 'node', 'hono', 'next', 'fastmcp', 'python', 'nginx', 'caddy']

/** Sound servers: the doctor must have nothing to mend there. */
const soundScenes: readonly Scene[] = stacks.map((stack) => ({
  name: `${stack}-sound`,
  wrong: 'Nothing.',
  cause: undefined,
  stack,
  broken: {},
}))

export const scenes: readonly Scene[] = [
  ...endpointScenes,
  ...metadataScenes,
  ...signInScenes,
  ...frameworkScenes,
  ...fastmcpScenes,
  ...proxyScenes,
  ...seedScenes,
  ...soundScenes,
  ...healthyScenes,
]

/** Whether a scene is among those that every change is tried with: of Next.js, which compiles first, and of FastMCP one each. */
export function isQuick({ name, stack, server }: Scene): boolean {
  if (name === 'next-metadata-missing' || name === 'fastmcp-challenge-missing') return true
  return server === undefined && !['next', 'fastmcp', 'python'].includes(stack)
}
