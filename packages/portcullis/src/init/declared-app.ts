import type { CallExpression, NewExpression, Node, VariableDeclaration } from '@babel/types'
import { bare, type Found, type Imported, isImported, nodesOf, type Source } from './syntax.ts'

/** An application that a variable holds from where it is made on. */
export interface DeclaredApp {
  name: string
  made: CallExpression | NewExpression
  /** The statement that declares it: what follows it is the first that the application hears of. */
  statement: Node
  /** Whether `await` may stand behind it. */
  isAsync: boolean
  isExported: boolean
}

export type AppFound =
  | { kind: 'app'; app: DeclaredApp }
  | { kind: 'unsure'; at: number; why: string }
  | { kind: 'none' }

/** The one application in a file that `isMaker` makes; where there are several, the one that is served. */
export function findApp(source: Source, isMaker: (imported: Imported) => boolean): AppFound {
  const made = nodesOf(source.program, 'CallExpression', 'NewExpression').filter(({ node }) =>
    isImported(source, node.callee, isMaker),
  )
  const [first, ...others] = made
  if (first === undefined) return { kind: 'none' }
  const apps = made.map(declared)
  if (others.length === 0) return apps[0] === undefined ? notDeclared(first) : { kind: 'app', app: apps[0] }
  const served = apps.filter((app) => app !== undefined && isServed(source, app.name))
  if (served.length === 1 && served[0] !== undefined) return { kind: 'app', app: served[0] }
  return {
    kind: 'unsure',
    at: first.node.start ?? 0,
    why: `${made.length} applications are made there, and which one gets all requests cannot be seen`,
  }
}

/** Whether an application listens, or is given to what does, in this file. */
function isServed(source: Source, name: string): boolean {
  const isIt = (node: Node | null | undefined) => {
    const inner = bare(node)
    return inner?.type === 'Identifier' && inner.name === name
  }
  return (
    nodesOf(source.program, 'MemberExpression').some(
      ({ node: { object, property } }) =>
        isIt(object) &&
        property.type === 'Identifier' &&
        ['listen', 'fetch', 'callback', 'fire'].includes(property.name),
    ) ||
    nodesOf(source.program, 'ExportDefaultDeclaration').some(({ node }) => isIt(node.declaration)) ||
    nodesOf(source.program, 'CallExpression').some(
      ({ node: { callee, arguments: given } }) =>
        /^(?:createServer|serve|toNodeListener|toNodeHandler|handle)$/.test(calledName(callee)) && given.some(isIt),
    )
  )
}

/** The last name of what is called: `listen` of `app.listen(…)`. */
export function calledName(callee: Node): string {
  if (callee.type === 'Identifier') return callee.name
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : ''
}

function declared({ node, within }: Found<CallExpression | NewExpression>): DeclaredApp | undefined {
  const outer = within.filter(({ type }) => !/^(?:TS|Await|Parenthesized)/.test(type))
  const [declarator, declaration, around] = outer
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier') return undefined
  if (declaration?.type !== 'VariableDeclaration' || declaration.declarations.length > 1) return undefined
  if (bare(declarator.init) !== node) return undefined
  const isExported = around?.type === 'ExportNamedDeclaration'
  const place = isExported ? outer[3] : around
  if (place?.type !== 'Program' && place?.type !== 'BlockStatement') return undefined
  return {
    name: declarator.id.name,
    made: node,
    statement: isExported ? around : (declaration satisfies VariableDeclaration),
    isAsync: mayAwait(outer),
    isExported,
  }
}

function mayAwait(within: readonly Node[]): boolean {
  const around = within.find(({ type }) => /Function|^(?:Object|Class\w*)Method$/.test(type))
  if (around === undefined) return within.at(-1)?.type === 'Program' && isModuleProgram(within.at(-1))
  return 'async' in around && around.async === true
}

function isModuleProgram(node: Node | undefined): boolean {
  return node?.type === 'Program' && node.sourceType === 'module'
}

function notDeclared({ node }: Found): AppFound {
  return {
    kind: 'unsure',
    at: node.start ?? 0,
    why: 'the application is made there, and not held by a variable of its own',
  }
}
