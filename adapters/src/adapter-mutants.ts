import type { Group } from './case.ts'

/** What an adapter must not forget, taken away. */
export interface AdapterMutant {
  /** What it upholds, as a sentence. */
  name: string
  /** In packages/auth/src. */
  file: string
  /** What stands in the file exactly once. */
  find: string
  replace: string
  /** Those whose answers must then differ. */
  frameworks: readonly string[]
  /** In which cases; `streams`: in what becomes of streams that are open. */
  group: Group | 'streams'
}

const onNode = [
  'node:http',
  'Express 5',
  'Express 4',
  'Fastify 5',
  'Fastify 4',
  'Koa',
  'h3 1',
  'NestJS',
  'NestJS, Fastify',
  'SDK 1',
  'SDK 2',
]
const onWeb = ['Hono', 'fetch', 'h3 2', 'mcp-handler', 'Bun', 'Deno', 'workerd']

/** The guards that a framework meets; those that need none are in mutants/adapters.ts. */
export const adapterMutants: readonly AdapterMutant[] = [
  {
    name: 'Fastify: the guard acts before bodies are parsed',
    file: 'adapters/fastify.ts',
    find: "app.addHook('onRequest', async",
    replace: "(app as any).addHook('preHandler', async",
    frameworks: ['Fastify 5', 'Fastify 4'],
    group: 'bodies',
  },
  {
    name: 'Fastify: the guard is for the whole application',
    file: 'adapters/fastify.ts',
    find: "[Symbol.for('skip-override')]: true",
    replace: "[Symbol.for('skip-override')]: false",
    frameworks: ['Fastify 5', 'Fastify 4'],
    group: 'credentials',
  },
  {
    name: 'Fastify: what is not of the resource is let through',
    file: 'adapters/fastify.ts',
    find: 'if (!isOwnExchange(server, exchange)) return undefined',
    replace: '',
    frameworks: ['Fastify 5', 'Fastify 4'],
    group: 'others',
  },
  {
    name: 'Koa: what is not of the resource is let through',
    file: 'adapters/koa.ts',
    find: 'if (!isOwnExchange(server, exchange)) return next()',
    replace: '',
    frameworks: ['Koa'],
    group: 'others',
  },
  {
    name: 'Express: what is not of the resource is let through',
    file: 'adapters/node.ts',
    find: 'if (!isOwnExchange(server, exchange)) return next()',
    replace: '',
    frameworks: ['node:http', 'Express 5', 'Express 4'],
    group: 'others',
  },
  {
    name: 'Hono: what is not of the resource is let through',
    file: 'adapters/hono.ts',
    find: 'if (!server.isOwn(c.req.raw)) return void (await next())',
    replace: '',
    frameworks: ['Hono'],
    group: 'others',
  },
  {
    name: 'fetch: what is not of the resource is let through',
    file: 'adapters/fetch.ts',
    find: 'if (!server.isOwn(request)) return otherwise(request, ...rest)',
    replace: '',
    frameworks: ['fetch'],
    group: 'others',
  },
  {
    name: 'h3 1: what is not of the resource is let through',
    file: 'adapters/h3.ts',
    find: 'if (!isOwnExchange(server, exchange)) return undefined',
    replace: '',
    frameworks: ['h3 1'],
    group: 'others',
  },
  {
    name: 'h3 2: what is not of the resource is let through',
    file: 'adapters/h3.ts',
    find: 'if (!server.isOwn(event.req)) return next()',
    replace: '',
    frameworks: ['h3 2'],
    group: 'others',
  },
  {
    name: 'h3 2: an answer that is an error can be read by browsers as well',
    file: 'adapters/h3.ts',
    find: 'if (response !== undefined) return answerTo(admitted, response)',
    replace: '',
    frameworks: ['h3 2'],
    group: 'origins',
  },
  {
    name: 'h3 2: a request that only looks like one is made anew with its body',
    file: 'adapters/web/guarded-request.ts',
    find: 'return new Request(url, { method, headers, signal, ...changed })',
    replace: 'throw new TypeError()',
    frameworks: ['h3 2'],
    group: 'bodies',
  },
  {
    name: 'mcp-handler is told who calls',
    file: 'adapters/web/guarded-request.ts',
    find: 'Object.assign(shown, { auth: admission.authInfo })',
    replace: 'shown as GuardedRequest',
    frameworks: ['mcp-handler'],
    group: 'bodies',
  },
  {
    name: 'a path in other letters is guarded where a router takes it for the same',
    file: 'resource-server/own-requests.ts',
    find: '    .toLowerCase()\n',
    replace: '',
    frameworks: ['Express 5', 'Express 4'],
    group: 'paths',
  },
  {
    name: 'a path that is percent-encoded is guarded where a router decodes it',
    file: 'resource-server/own-requests.ts',
    find: 'if (decoded === text) break',
    replace: 'break',
    frameworks: ['Fastify 5', 'Fastify 4', 'Hono'],
    group: 'paths',
  },
  {
    name: 'a path with parameters is guarded where a router cuts them off',
    file: 'resource-server/own-requests.ts',
    find: "    .replace(/;[^/\\\\]*/g, '')\n",
    replace: '',
    frameworks: ['Fastify 4'],
    group: 'paths',
  },
  {
    name: 'metadata, preflights and hosts are answered before a token is asked for',
    file: 'resource-server/guard.ts',
    find: 'server.answer(request) ??',
    replace: 'undefined ??',
    frameworks: [...onNode, ...onWeb],
    group: 'metadata',
  },
  {
    name: 'two tokens in two headers are seen as two',
    file: 'adapters/node/request-head.ts',
    find: 'get: (name) => headerOf(req, name.toLowerCase()),',
    replace: 'get: (name) => req.headers[name.toLowerCase()]?.toString() ?? null,',
    frameworks: onNode,
    group: 'credentials',
  },
  {
    name: 'a body that the rules have read is there for parsers and for the SDK',
    file: 'adapters/node/peek-body.ts',
    find: 'if (body.length > 0) req.unshift(body)',
    replace: '',
    frameworks: onNode,
    group: 'bodies',
  },
  {
    name: 'with web types a body that the rules have read is there for the SDK',
    file: 'adapters/web/guarded-request.ts',
    find: "if (body !== 'too_long' && request.body !== null) readable = remade(request, { body })",
    replace: '',
    frameworks: onWeb,
    group: 'bodies',
  },
  {
    name: 'the MCP server is told who calls',
    file: 'adapters/node/guarded-message.ts',
    find: 'req.auth = authInfo',
    replace: '',
    frameworks: onNode,
    group: 'bodies',
  },
  {
    name: 'a browser may read the answer of the MCP server',
    file: 'adapters/node/guarded-message.ts',
    find: 'for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)',
    replace: '',
    frameworks: onNode,
    group: 'origins',
  },
  {
    name: 'with web types a browser may read the answer of the MCP server',
    file: 'adapters/web/guarded-request.ts',
    find: 'for (const [name, value] of entries) readable.headers.set(name, value)',
    replace: '',
    frameworks: onWeb,
    group: 'origins',
  },
  {
    name: 'our own outage is not "your token is bad"',
    file: 'resource-server/create-resource-server.ts',
    find: "if (verdict.kind === 'unavailable') return { kind: 'unavailable', reason: 'keys', detail: String(verdict.cause) }",
    replace: "if (verdict.kind === 'unavailable') return { kind: 'invalid', reason: 'unknown_key' }",
    frameworks: [...onNode, ...onWeb],
    group: 'keys',
  },
  {
    name: 'a stream over node:http ends when its grant does',
    file: 'adapters/node/guarded-message.ts',
    find: '  breakOffInTime(res, mustEnd)\n',
    replace: '',
    frameworks: onNode.filter((name) => !name.startsWith('SDK')),
    group: 'streams',
  },
  {
    name: 'a stream of web types ends when its grant does',
    file: 'adapters/web/guarded-request.ts',
    find: 'isStream(seen) ? endedInTime(seen.body, mustEnd) : seen.body',
    replace: 'seen.body',
    frameworks: onWeb,
    group: 'streams',
  },
]
