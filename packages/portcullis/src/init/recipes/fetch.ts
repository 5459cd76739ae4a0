import type { ExportDefaultDeclaration, Node } from '@babel/types'
import { calledName } from '../declared-app.ts'
import { type Edit, indentationAt, insert, insertAbove, styleOf } from '../edits.ts'
import { chosenPath, comparedPath, firstFound } from '../endpoint-path.ts'
import { isTypeScript } from '../lines.ts'
import type { Made, PathFound, Place, Recipe, Unsure } from '../recipe.ts'
import {
  bare,
  declaredAs,
  type Imported,
  isImported,
  lineOf,
  nodesOf,
  propertyOf,
  type Source,
  statementOf,
  stringIn,
  textOf,
} from '../syntax.ts'

const adapter = 'fetch'

/** What a runtime is given to answer requests, on Bun, Deno, Workers and what else has `fetch`. */
export const fetchHandlers: Recipe = {
  framework: 'fetch',
  adapter,
  find(source, { dependencies }): Place | Unsure | undefined {
    const served = servedHandler(source)
    if (served === undefined) return undefined
    const framework = served.framework === 'fetch' && dependencies.has('wrangler') ? 'Workers' : served.framework
    const unsure = (why: string): Unsure => ({
      kind: 'unsure',
      framework,
      adapter,
      line: lineOf(source, served.at),
      why,
    })
    if (served.kind === 'unsure') return unsure(served.why)
    if (served.kind === 'exported') return exported(source, served.node, framework)
    const { handler } = served
    const isAll = isMcpServer(source, handler)
    const again = isAll ? undefined : reusable(source, handler)
    if (!isAll && again === undefined)
      return unsure('what answers requests there is no function with a name, nor one whose parameters say their types')
    return {
      kind: 'place',
      framework,
      adapter,
      edits: (made) => servedEdits(source, served, { ...made, again }),
      path: isAll ? anyPath : comparedPath(source),
      notes: isAll ? [] : [tellsNobody],
    }
  },
}

const anyPath: PathFound = { kind: 'found', path: '/mcp', further: [], isWhole: true }
const tellsNobody =
  'Tools are told who calls where the handler passes it on: protect(server, (request, { authInfo }) => mcp.fetch(request, { authInfo })).'

type Served =
  | { kind: 'handler'; framework: string; at: number; handler: Node; statement: Node; isShorthand: boolean }
  | { kind: 'exported'; framework: string; at: number; node: ExportDefaultDeclaration }
  | { kind: 'unsure'; framework: string; at: number; why: string }

function servedHandler(source: Source): Served | undefined {
  const calls = nodesOf(source.program, 'CallExpression').flatMap((found) => {
    const framework = runtimeOf(source, found.node.callee)
    return framework === undefined ? [] : [{ ...found, framework }]
  })
  const [call, second] = calls
  if (call !== undefined) {
    const at = call.node.start ?? 0
    const { framework } = call
    if (second !== undefined) return { kind: 'unsure', framework, at, why: 'there are several servers' }
    const statement = statementOf(call)
    const handler = handlerIn(call.node.arguments)
    if (handler === undefined || statement === undefined)
      return { kind: 'unsure', framework, at, why: 'what answers requests is not written out there' }
    const isShorthand = call.node.arguments.some((given) => isShorthandIn(given, handler))
    return { kind: 'handler', framework, at, handler, statement, isShorthand }
  }
  const node = source.program.body.find((statement) => statement.type === 'ExportDefaultDeclaration')
  if (node === undefined || !(propertyOf(node.declaration, 'fetch') !== undefined || isServe(node.declaration)))
    return undefined
  return { kind: 'exported', framework: 'fetch', at: node.start ?? 0, node }
}

/** `export default MyMcp.serve('/mcp')` of Cloudflare's agents. */
function isServe(node: Node): boolean {
  const made = bare(node)
  return (
    made?.type === 'CallExpression' && made.callee.type === 'MemberExpression' && calledName(made.callee) === 'serve'
  )
}

function runtimeOf(source: Source, callee: Node): string | undefined {
  if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && calledName(callee) === 'serve') {
    if (callee.object.name === 'Bun') return 'Bun'
    if (callee.object.name === 'Deno') return 'Deno'
  }
  return isImported(source, callee, ({ from, name }) => from === '@hono/node-server' && name === 'serve')
    ? 'fetch'
    : undefined
}

/** `serve({ fetch })`, `serve({ port, handler })`, `serve(handler)`, `serve({ port }, handler)`. */
function handlerIn(given: readonly Node[]): Node | undefined {
  const named = given.flatMap((each) => {
    const found = propertyOf(each, 'fetch') ?? propertyOf(each, 'handler')
    return found === undefined || found.type === 'ObjectMethod' ? [] : [found]
  })
  const routes = given.some((each) => propertyOf(each, 'routes') !== undefined)
  const alone = given.filter(({ type }) => type !== 'ObjectExpression')
  const [handler, second] = [...named, ...alone.slice(0, named.length === 0 ? 1 : 0)]
  return routes || second !== undefined ? undefined : handler
}

function isShorthandIn(given: Node, handler: Node): boolean {
  return (
    given.type === 'ObjectExpression' &&
    given.properties.some(
      (property) => property.type === 'ObjectProperty' && property.shorthand && property.value === handler,
    )
  )
}

/** `mcp.fetch` of the official SDK, or what `mcp-handler` makes: it answers nothing but the MCP server. */
function isMcpServer(source: Source, handler: Node): boolean {
  const isOfSdk =
    handler.type === 'MemberExpression' && handler.property.type === 'Identifier' && handler.property.name === 'fetch'
  const held = isOfSdk ? handler.object : handler
  const made = held.type === 'Identifier' ? declaredAs(source, held.name) : undefined
  const wanted = isOfSdk ? '@modelcontextprotocol/server' : 'mcp-handler'
  const isMaker = ({ from, name }: Imported) => from === wanted && name === 'createMcpHandler'
  return made?.type === 'CallExpression' && isImported(source, made.callee, isMaker)
}

/** What can be named twice: once for the MCP server, once for all else. */
interface Reusable {
  name: string
  /** Where it is none yet: what it is. */
  declared?: string
  hasMore: boolean
}

function reusable(source: Source, handler: Node): Reusable | undefined {
  if (handler.type === 'Identifier') {
    const declared = declaredAs(source, handler.name)
    const isKnown = declared !== undefined && 'params' in declared && Array.isArray(declared.params)
    return { name: handler.name, hasMore: !isKnown || declared.params.length > 1 }
  }
  if (handler.type !== 'ArrowFunctionExpression') return undefined
  const { params, body } = handler
  const [request] = params
  // `(request) => answer(request)` has a name already.
  if (
    body.type === 'CallExpression' &&
    body.callee.type === 'Identifier' &&
    params.length === 1 &&
    body.arguments.length === 1
  ) {
    const [given] = body.arguments
    if (given?.type === 'Identifier' && request?.type === 'Identifier' && given.name === request.name)
      return { name: body.callee.name, hasMore: false }
  }
  const isTyped = params.every((each) => each.type === 'Identifier' && each.typeAnnotation)
  const written = textOf(source, handler)
  const name = freeName(source, 'handle', 'handleRequest', 'answerRequest')
  if (!isTypeScript(source.path) || isTyped) return { name, declared: written, hasMore: params.length > 1 }
  if (params.length > 1 || request?.type !== 'Identifier') return undefined
  // Where it stood, its type was clear.
  const [start, end] = [(request.start ?? 0) - (handler.start ?? 0), (request.end ?? 0) - (handler.start ?? 0)]
  const isBracketed = written.slice(0, start).includes('(')
  const typed = isBracketed ? `${request.name}: Request` : `(${request.name}: Request)`
  return { name, declared: written.slice(0, start) + typed + written.slice(end), hasMore: false }
}

function servedEdits(
  source: Source,
  { handler, statement, isShorthand }: { handler: Node; statement: Node; isShorthand: boolean },
  { lines, protect, again }: Made & { again: Reusable | undefined },
): readonly Edit[] {
  const { end } = styleOf(source)
  const indentation = indentationAt(source.text, statement.start ?? 0)
  const written = textOf(source, handler)
  const declared = again?.declared === undefined ? [] : [`const ${again.name} = ${again.declared}${end}`]
  const passing = again?.hasMore === true ? ['request, _caller, ...rest', 'request, ...rest'] : ['request', 'request']
  const guarded =
    again === undefined
      ? protect(written)
      : protect(`(${passing[0]}) => ${again.name}(${passing[1]})`, [`otherwise: ${again.name}`])
  return [
    insertAbove(source, statement, [...lines(indentation), ...declared]),
    { start: handler.start ?? 0, end: handler.end ?? 0, text: isShorthand ? `${written}: ${guarded}` : guarded },
  ]
}

function freeName({ names }: Source, ...wanted: readonly string[]): string {
  return wanted.find((each) => !names.has(each)) ?? `${wanted.at(-1)}2`
}

/** `export default { fetch(request, env, ctx) { … } }` keeps what it is, and another object stands in front of it. */
function exported(source: Source, node: ExportDefaultDeclaration, framework: string): Place {
  const { newline, end } = styleOf(source)
  const { declaration } = node
  const handler = propertyOf(declaration, 'fetch')
  const isAll = handler !== undefined && isMcpServer(source, handler)
  const worker = freeName(source, 'worker', 'unguarded', 'behindGuard')
  const guarded = freeName(source, 'guarded', 'guardedFetch')
  return {
    kind: 'place',
    framework,
    adapter,
    edits({ lines, protect }) {
      if (handler !== undefined && isAll) {
        return [
          insertAbove(source, node, lines('')),
          { start: handler.start ?? 0, end: handler.end ?? 0, text: protect(textOf(source, handler)) },
        ]
      }
      const given = parametersOf(handler)
      const [first = 'request', ...rest] = given
      const inner = [first, '_caller', ...rest].join(', ')
      const call = `${worker}.fetch(${given.join(', ')})`
      const typed = isTypeScript(source.path) ? (parametersIn(source, handler) ?? typedOnWorkers(given)) : undefined
      const signature = typed === undefined ? inner : [typed[0] ?? first, '_caller', ...typed.slice(1)].join(', ')
      const otherwise = typed === undefined ? given.join(', ') : typed.join(', ')
      const tail = /;\s*$/.test(textOf(source, node)) ? '' : end
      const behind = [
        ...lines(''),
        `const ${guarded} = ${protect(`(${signature}) => ${call}`, [`otherwise: (${otherwise}) => ${call}`])}${end}`,
        `export default { ...${worker}, fetch: ${guarded} }${end}`,
      ]
      return [
        { start: node.start ?? 0, end: declaration.start ?? 0, text: `const ${worker} = ` },
        insert(node.end ?? 0, `${tail}${newline}${newline}${behind.join(newline)}`),
      ]
    },
    path: isAll
      ? anyPath
      : firstFound(
          () => comparedPath(source),
          () => servedPath(declaration),
        ),
    notes: isAll ? [] : [tellsNobody],
  }
}

function servedPath(node: Node): PathFound {
  const made = bare(node)
  return chosenPath(made?.type === 'CallExpression' ? [stringIn(made.arguments[0])] : [])
}

/** As `wrangler types` calls them. */
function typedOnWorkers(names: readonly string[]): readonly string[] {
  return names.map((name, at) => `${name}: ${['Request', 'Env', 'ExecutionContext'][at] ?? 'unknown'}`)
}

function parametersOf(handler: Node | undefined): readonly string[] {
  if (handler === undefined) return ['request', 'env', 'ctx']
  if (!('params' in handler) || !Array.isArray(handler.params)) return ['request']
  const names = handler.params.map((each, at) =>
    'name' in each ? String(each.name) : (['request', 'env', 'ctx'][at] ?? `more${at}`),
  )
  return names.length === 0 ? ['request'] : names
}

/** With the types that they have there; `undefined` where one has none, or is taken apart. */
function parametersIn(source: Source, handler: Node | undefined): readonly string[] | undefined {
  if (handler === undefined || !('params' in handler) || !Array.isArray(handler.params)) return undefined
  const typed = handler.params.filter((each) => each.type === 'Identifier' && each.typeAnnotation)
  return typed.length === handler.params.length && typed.length > 0
    ? typed.map((each) => textOf(source, each))
    : undefined
}
