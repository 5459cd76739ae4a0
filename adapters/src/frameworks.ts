/** A server of examples/minimal, and what runs it. */
export interface Framework {
  name: string
  /** The folder in examples/minimal in which its server stands. */
  folder: string
  /** What runs it, in its folder. Default: this Node, with server.ts. */
  command?: readonly [program: string, ...args: string[]]
  /** A package that stands in for one that the server imports: another release of the framework. */
  instead?: Readonly<Record<string, string>>
}

export const frameworks: readonly Framework[] = [
  { name: 'node:http', folder: 'node' },
  { name: 'Express 5', folder: 'express' },
  { name: 'Express 4', folder: 'express', instead: { express: 'express-4' } },
  { name: 'Fastify 5', folder: 'fastify' },
  { name: 'Fastify 4', folder: 'fastify', instead: { fastify: 'fastify-4' } },
  { name: 'Koa', folder: 'koa' },
  { name: 'Hono', folder: 'hono' },
  { name: 'fetch', folder: 'fetch' },
]
