import type { Scene, StackName } from './scene.ts'
import { frameworkScenes } from './scenes/frameworks.ts'
import { nodeScenes } from './scenes/node.ts'
import { proxyScenes } from './scenes/proxies.ts'

const stacks: readonly StackName[] = ['express', 'node', 'hono', 'next', 'fastmcp', 'nginx', 'caddy']

/** Sound servers: the doctor must have nothing to mend there. */
const soundScenes: readonly Scene[] = stacks.map((stack) => ({
  name: `${stack}-sound`,
  wrong: 'Nothing.',
  cause: undefined,
  stack,
  broken: {},
}))

export const scenes: readonly Scene[] = [...nodeScenes, ...frameworkScenes, ...proxyScenes, ...soundScenes]
