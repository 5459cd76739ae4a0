import type { Node } from '@babel/types'
import type { DeclaredApp } from '../declared-app.ts'
import { type Edit, insert } from '../edits.ts'
import { comparedPath, firstFound, routedPath } from '../endpoint-path.ts'
import { declaredAs, type Imported, isImported, nodesOf, propertyOf, type Source } from '../syntax.ts'
import { inTypeScript, type MiddlewareFramework } from './middleware.ts'
import { nestPath } from './nest-path.ts'

/** All that take middleware, as docs/frameworks.md shows them. */
export const middlewareFrameworks: readonly MiddlewareFramework[] = [
  {
    framework: 'Express',
    adapter: 'express',
    isMaker: ({ from, name }) => (from === 'express' && isWhole(name)) || name === 'createMcpExpressApp',
    notes: (source, { made }) =>
      isImported(source, made.callee, ({ name }) => name === 'createMcpExpressApp')
        ? [
            'createMcpExpressApp() parses bodies and checks hosts before anything of yours: for rules per tool, make the application by express() instead, and express.json() after the guard.',
          ]
        : [],
  },
  {
    framework: 'Fastify',
    adapter: 'fastify',
    isMaker: ({ from, name }) => from === 'fastify' && (isWhole(name) || name === 'fastify'),
    // Without a word of when it is done, Fastify has it run before all that is registered behind.
    use: ({ app: { name, isAsync }, guard }) => `${isAsync ? 'await ' : ''}${name}.register(${guard})`,
  },
  {
    framework: 'Koa',
    adapter: 'koa',
    isMaker: ({ from, name }) => from === 'koa' && isWhole(name),
    path: (source, { name }) =>
      firstFound(
        () => routedPath(source, name),
        () => comparedPath(source),
      ),
  },
  {
    framework: 'Hono',
    adapter: 'hono',
    isMaker: ({ from, name }) =>
      (from === 'hono' && name === 'Hono') ||
      name === 'createMcpHonoApp' ||
      (from === '@hono/zod-openapi' && name === 'OpenAPIHono'),
    also: (source, app) => {
      const untyped = untypedHono(source, app)
      return {
        further: untyped === undefined ? [] : ['type Protected'],
        edits: [
          ...(untyped === undefined ? [] : [insert(untyped, '<Protected>')]),
          ...authInfoEdits(source, honoCaller),
        ],
      }
    },
  },
  {
    framework: 'h3',
    adapter: 'h3',
    isMaker: ({ from, name }) => from.startsWith('h3') && (name === 'H3' || name === 'createApp'),
    also: (source) => {
      const edits = authInfoEdits(source, h3Caller)
      return { further: edits.length === 0 ? [] : ['authOf'], edits }
    },
  },
  {
    framework: 'NestJS',
    adapter: 'nest',
    isMaker: ({ from, name }) => from === '@nestjs/core' && name === 'NestFactory.create',
    path: nestPath,
    notes: (_, { made }) =>
      made.arguments.some((given) => propertyOf(given, 'cors') !== undefined)
        ? ['"cors" of NestFactory.create answers preflights before the guard: use app.enableCors() behind it instead.']
        : [],
  },
]

function isWhole(name: string): boolean {
  return name === 'default' || name === '*'
}

/** Where `new Hono()` says nothing of its types, the position where it could. */
function untypedHono(source: Source, { made }: DeclaredApp): number | undefined {
  const isPlain =
    made.type === 'NewExpression' &&
    !made.typeArguments &&
    isImported(source, made.callee, ({ name }) => name === 'Hono') &&
    !source.names.has('Protected')
  return inTypeScript(source, isPlain ? (made.callee.end ?? undefined) : undefined, undefined)
}

/** `mcp.fetch(request)` of the official SDK is told who calls, where the request comes from the framework as it is. */
function authInfoEdits(source: Source, callerOf: (request: Node) => string | undefined): readonly Edit[] {
  return nodesOf(source.program, 'CallExpression').flatMap(({ node: { callee, arguments: given } }) => {
    const [request, second] = given
    if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return []
    if (!isMcpHandler(source, callee.object.name) || request === undefined || second !== undefined) return []
    if (!isNamed(callee.property, 'fetch')) return []
    const caller = callerOf(request)
    return caller === undefined ? [] : [insert(request.end ?? 0, `, { authInfo: ${caller} }`)]
  })
}

function isMcpHandler(source: Source, variable: string): boolean {
  const made = declaredAs(source, variable)
  const isMaker = ({ from, name }: Imported) => from === '@modelcontextprotocol/server' && name === 'createMcpHandler'
  return made?.type === 'CallExpression' && isImported(source, made.callee, isMaker)
}

/** `c.get('auth')` beside `c.req.raw`. */
function honoCaller(request: Node): string | undefined {
  if (request.type !== 'MemberExpression' || request.object.type !== 'MemberExpression') return undefined
  const { object, property } = request.object
  if (!isNamed(request.property, 'raw') || !isNamed(property, 'req')) return undefined
  return object.type === 'Identifier' ? `${object.name}.get('auth')` : undefined
}

/** `authOf(event)` beside `event.req`. */
function h3Caller(request: Node): string | undefined {
  if (request.type !== 'MemberExpression' || !isNamed(request.property, 'req')) return undefined
  return request.object.type === 'Identifier' ? `authOf(${request.object.name})` : undefined
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name
}
