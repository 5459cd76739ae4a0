import type { Traits } from './traits.ts'

/** A server of examples/minimal, and what runs it. */
export interface Framework extends Traits {
  name: string
  /** The folder in examples/minimal in which its server stands. */
  folder: string
  /** A package that stands in for one that the server imports: another release of the framework. */
  instead?: Readonly<Record<string, string>>
  /** Default: Node, as it is. */
  runner?: Runner
  /** The sources of the library are nothing to it: it bundles, or has packages with a condition of the same name. */
  isPackedOnly?: true
}

/** `built`: made of TypeScript that Node cannot run. The others: a runtime, or a framework with a build of its own. */
export type Runner = 'node' | 'built' | 'next' | 'nitro' | 'nitro-3' | 'bun' | 'deno' | 'workerd'

const variesOfNext = [
  'rsc',
  'accept-encoding',
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-router-state-tree',
]

export const frameworks: readonly Framework[] = [
  { name: 'node:http', folder: 'node' },
  { name: 'Express 5', folder: 'express' },
  { name: 'Express 4', folder: 'express', instead: { express: 'express-4' } },
  { name: 'Fastify 5', folder: 'fastify' },
  { name: 'Fastify 4', folder: 'fastify', instead: { fastify: 'fastify-4' } },
  { name: 'Koa', folder: 'koa' },
  { name: 'Hono', folder: 'hono' },
  { name: 'fetch', folder: 'fetch' },
  { name: 'h3 2', folder: 'h3' },
  { name: 'h3 1', folder: 'h3-1' },
  { name: 'Nitro 2', folder: 'nitro', runner: 'nitro', isPackedOnly: true },
  { name: 'Nitro 3 beta', folder: 'nitro-3', runner: 'nitro-3', isPackedOnly: true },
  { name: 'NestJS', folder: 'nest', runner: 'built' },
  { name: 'NestJS, Fastify', folder: 'nest-fastify', runner: 'built' },
  { name: 'mcp-handler', folder: 'mcp-handler' },
  { name: 'Next.js', folder: 'next', runner: 'next', isPackedOnly: true, isExact: true, varies: variesOfNext },
  { name: 'SDK 1', folder: 'sdk-1', hasNoStreams: true },
  { name: 'SDK 2', folder: 'sdk-2', hasNoStreams: true },
  { name: 'FastMCP 4', folder: 'fastmcp', isPackedOnly: true, hasOwnWords: true, hasNoStreams: true },
  {
    name: 'FastMCP 3',
    folder: 'fastmcp',
    instead: { fastmcp: 'fastmcp-3' },
    isPackedOnly: true,
    hasOwnWords: true,
    hasNoStreams: true,
  },
  { name: 'Bun', folder: 'bun', runner: 'bun' },
  { name: 'Deno', folder: 'deno', runner: 'deno' },
  { name: 'workerd', folder: 'workerd', runner: 'workerd' },
]
