import type { Node } from '@babel/types'
import { calledName } from './declared-app.ts'
import type { PathFound } from './recipe.ts'
import { bare, lineOf, nodesOf, propertyOf, type Source, stringIn } from './syntax.ts'

/** The path of the MCP server among those that an application, or a router at its root, is given for what it answers. */
export function routedPath(source: Source, app: string): PathFound {
  const routers = new Set([app, ...rootRouters(source, app)])
  const calls = nodesOf(source.program, 'CallExpression')
  const prefix = calls.find(({ node: { callee } }) => isPrefix(callee))
  if (prefix !== undefined)
    return { kind: 'unsure', why: `line ${lineOf(source, prefix.node.start ?? 0)} puts something in front of paths` }
  const paths = calls.flatMap(({ node: { callee, arguments: given }, within }) => {
    if (callee.type !== 'MemberExpression') return []
    const chained = rootOf(callee.object)
    if (chained === undefined || !routers.has(chained) || isShadowed(chained, within)) return []
    const written = given.slice(0, 2).flatMap((each) => [stringIn(each), stringIn(propertyOf(each, 'url'))])
    return written.filter((path) => path?.startsWith('/') === true)
  })
  return chosenPath(paths)
}

/** The path of the MCP server among those that a handler compares the path of a request with. */
export function comparedPath(source: Source): PathFound {
  const compared = nodesOf(source.program, 'BinaryExpression').flatMap(({ node: { operator, left, right } }) =>
    /^[=!]==?$/.test(operator) ? [stringIn(left), stringIn(right)] : [],
  )
  const cases = nodesOf(source.program, 'SwitchCase').map(({ node }) => stringIn(node.test))
  const begun = nodesOf(source.program, 'CallExpression').flatMap(({ node: { callee, arguments: given } }) =>
    callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'startsWith'
      ? [stringIn(given[0])]
      : [],
  )
  return chosenPath([...compared, ...cases, ...begun])
}

/** What was found first; the second is asked only where the first found nothing. */
export function firstFound(...found: readonly (() => PathFound)[]): PathFound {
  let last: PathFound | undefined
  for (const look of found) {
    last = look()
    if (last.kind === 'found') return last
  }
  return last ?? nothing
}

/** `/mcp` or `/api/mcp` among paths; with those of the older transport beside it, which lead to the same tools. */
export function chosenPath(written: readonly (string | undefined)[]): PathFound {
  const paths = [...new Set(written.filter((path) => path !== undefined))].filter((path) => path.startsWith('/'))
  const plain = paths.map((path) => path.replace(/\/+$/, ''))
  const mcp = [...new Set(plain.filter((path) => /(?:^|\/)mcp$/i.test(path)))]
  const old = [...new Set(plain.filter((path) => /\/(?:sse|messages?)$/i.test(path)))]
  const [path, second] = mcp
  if (path === undefined) return nothing
  if (second !== undefined) return { kind: 'unsure', why: `there is more than one: ${mcp.join(', ')}` }
  if (!/^(?:\/[\w.~-]+)+$/.test(path)) return { kind: 'unsure', why: `"${path}" is a pattern` }
  return { kind: 'found', path, further: old.filter((each) => !each.startsWith(`${path}/`)) }
}

const nothing: PathFound = { kind: 'unsure', why: 'no path that ends in "mcp" is given to the application there' }

/** What an application uses at its root: `app.use(router)`, `app.use(router.routes())`, `app.route('/', router)`. */
function rootRouters(source: Source, app: string): readonly string[] {
  const made = new Set(
    nodesOf(source.program, 'VariableDeclarator').flatMap(({ node: { id, init } }) => {
      const inner = bare(init)
      const isPlain =
        (inner?.type === 'NewExpression' || inner?.type === 'CallExpression') && inner.arguments.length === 0
      return id.type === 'Identifier' && isPlain ? [id.name] : []
    }),
  )
  return nodesOf(source.program, 'CallExpression').flatMap(({ node: { callee, arguments: given } }) => {
    if (callee.type !== 'MemberExpression' || rootOf(callee.object) !== app) return []
    const [first, second] = given
    const used = stringIn(first) === '/' ? second : first
    const name = used === undefined ? undefined : rootOf(used)
    return name !== undefined && made.has(name) ? [name] : []
  })
}

/** `basePath`, `prefix`, `setGlobalPrefix`: what follows has other paths than are written. */
function isPrefix(callee: Node): boolean {
  return callee.type === 'MemberExpression' && /^(?:basePath|prefix|setGlobalPrefix)$/.test(calledName(callee))
}

/** Whether a function around has a parameter of that name: a plugin's application, of which nobody knows here where it is mounted. */
function isShadowed(name: string, within: readonly Node[]): boolean {
  return within.some(
    (node) => 'params' in node && Array.isArray(node.params) && node.params.some((each) => isNamed(each, name)),
  )
}

function isNamed(node: unknown, name: string): boolean {
  return typeof node === 'object' && node !== null && 'name' in node && node.name === name
}

/** The variable at which a chain of calls begins: `app` of `app.get(…).post(…)`. */
function rootOf(node: Node): string | undefined {
  const inner = bare(node)
  if (inner?.type === 'Identifier') return inner.name
  if (inner?.type === 'MemberExpression') return rootOf(inner.object)
  return inner?.type === 'CallExpression' ? rootOf(inner.callee) : undefined
}
