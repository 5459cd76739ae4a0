import { type ParserOptions, parse } from '@babel/parser'
import type { Node, Program } from '@babel/types'

/** What a file imports, by the name that it has there. */
export interface Imported {
  /** The package or file, without what Deno writes before and behind its name. */
  from: string
  /** `default`, `*`, or the name of the export. */
  name: string
}

/** A file that was read and understood. Positions in `program` are those of `text`. */
export interface Source {
  /** From the folder of the project, with slashes. */
  path: string
  text: string
  program: Program
  imports: ReadonlyMap<string, Imported>
  /** Every identifier that stands in it, whatever for. */
  names: ReadonlySet<string>
}

/** A node with what it stands in, the closest first. */
export interface Found<Kind extends Node = Node> {
  node: Kind
  within: readonly Node[]
}

/** `undefined` where the file is not what its name says. */
export function parseSource(path: string, text: string): Source | undefined {
  try {
    const { program } = parse(text, optionsFor(path))
    const names = new Set(nodesOf(program, 'Identifier').map(({ node: { name } }) => name))
    return { path, text, program, imports: importsOf(program), names }
  } catch {
    return undefined
  }
}

/** All nodes of some kinds, in the order in which they stand. */
export function nodesOf<Kind extends Node['type']>(
  root: Node,
  ...kinds: readonly Kind[]
): readonly Found<Extract<Node, { type: Kind }>>[] {
  const found: Found<Extract<Node, { type: Kind }>>[] = []
  const isWanted = (node: Node): node is Extract<Node, { type: Kind }> => kinds.some((kind) => kind === node.type)
  function visit(node: Node, within: readonly Node[]): void {
    if (isWanted(node)) found.push({ node, within })
    const inner = [node, ...within]
    for (const child of childrenOf(node)) visit(child, inner)
  }
  visit(root, [])
  return found
}

/** What an expression is without `await`, brackets and what TypeScript says of its type. */
export function bare(node: Node | null | undefined): Node | undefined {
  switch (node?.type) {
    case 'AwaitExpression':
      return bare(node.argument)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return bare(node.expression)
    default:
      return node ?? undefined
  }
}

/** What the variable of that name holds from where it is declared on, where one declaration alone has the name. */
export function declaredAs({ program }: Pick<Source, 'program'>, name: string): Node | undefined {
  const declared = nodesOf(program, 'VariableDeclarator', 'FunctionDeclaration').filter(
    ({ node: { id } }) => id?.type === 'Identifier' && id.name === name,
  )
  const [only, another] = declared
  if (only === undefined || another !== undefined) return undefined
  return only.node.type === 'VariableDeclarator' ? bare(only.node.init) : only.node
}

/** The text of a string that is written out. */
export function stringIn(node: Node | null | undefined): string | undefined {
  const inner = bare(node)
  if (inner?.type === 'StringLiteral') return inner.value
  const [only] = inner?.type === 'TemplateLiteral' && inner.expressions.length === 0 ? inner.quasis : []
  return only?.value.cooked ?? undefined
}

/** The value of a property of an object that is written out. */
export function propertyOf(node: Node | null | undefined, name: string): Node | undefined {
  const inner = bare(node)
  if (inner?.type !== 'ObjectExpression') return undefined
  for (const property of inner.properties) {
    if (property.type === 'ObjectProperty' && keyOf(property) === name) return property.value
    if (property.type === 'ObjectMethod' && keyOf(property) === name) return property
  }
  return undefined
}

/** Whether an expression is what was imported as one of these; `NestFactory.create` is a part of what was. */
export function isImported(
  { imports }: Pick<Source, 'imports'>,
  node: Node | null | undefined,
  isWanted: (imported: Imported) => boolean,
): boolean {
  const inner = bare(node)
  if (inner?.type === 'Identifier') {
    const imported = imports.get(inner.name)
    return imported !== undefined && isWanted(imported)
  }
  const required = requiredBy(inner)
  if (required !== undefined) return isWanted({ from: required, name: '*' })
  if (inner?.type !== 'MemberExpression' || inner.object.type !== 'Identifier') return false
  const holder = imports.get(inner.object.name)
  if (holder === undefined || inner.property.type !== 'Identifier') return false
  const isWhole = holder.name === '*' || holder.name === 'default'
  const { name } = inner.property
  return isWanted({ from: holder.from, name: isWhole ? name : `${holder.name}.${name}` })
}

/** The statement that something stands in, in the block closest to it. */
export function statementOf({ within }: Found): Node | undefined {
  return within.find((_, at) => within[at + 1]?.type === 'Program' || within[at + 1]?.type === 'BlockStatement')
}

/** The line on which something stands, from 1. */
export function lineOf({ text }: Pick<Source, 'text'>, position: number): number {
  return text.slice(0, position).split('\n').length
}

/** Where a node begins and ends in the text. */
function spanOf(node: Node): readonly [start: number, end: number] {
  return [node.start ?? 0, node.end ?? 0]
}

export function textOf({ text }: Pick<Source, 'text'>, node: Node): string {
  return text.slice(...spanOf(node))
}

function optionsFor(path: string): ParserOptions {
  const isTypeScript = /\.[cm]?tsx?$/.test(path)
  return {
    sourceType: path.endsWith('.cjs') ? 'script' : 'unambiguous',
    allowReturnOutsideFunction: true,
    plugins: [
      isTypeScript ? 'typescript' : 'jsx',
      ...(path.endsWith('x') && isTypeScript ? (['jsx'] as const) : []),
      'decorators-legacy',
    ],
  }
}

function importsOf(program: Program): ReadonlyMap<string, Imported> {
  const imports = new Map<string, Imported>()
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
    const from = packageIn(statement.source.value)
    for (const specifier of statement.specifiers) {
      if (specifier.type === 'ImportDefaultSpecifier') imports.set(specifier.local.name, { from, name: 'default' })
      else if (specifier.type === 'ImportNamespaceSpecifier') imports.set(specifier.local.name, { from, name: '*' })
      else if (specifier.importKind !== 'type')
        imports.set(specifier.local.name, { from, name: nameOf(specifier.imported) })
    }
  }
  for (const { node } of nodesOf(program, 'VariableDeclarator')) {
    const from = requiredBy(node.init)
    if (from === undefined) continue
    if (node.id.type === 'Identifier') imports.set(node.id.name, { from, name: '*' })
    if (node.id.type !== 'ObjectPattern') continue
    for (const property of node.id.properties)
      if (property.type === 'ObjectProperty' && property.value.type === 'Identifier')
        imports.set(property.value.name, { from, name: keyOf(property) ?? '' })
  }
  return imports
}

function requiredBy(node: Node | null | undefined): string | undefined {
  const call = bare(node)
  const isRequire =
    call?.type === 'CallExpression' && call.callee.type === 'Identifier' && call.callee.name === 'require'
  const name = isRequire ? stringIn(call.arguments[0]) : undefined
  return name === undefined ? undefined : packageIn(name)
}

/** `npm:hono@4/cors` is `hono/cors`, and `jsr:@hono/hono` is `hono`. */
function packageIn(specifier: string): string {
  return specifier
    .replace(/^(?:npm|jsr):\/?/, '')
    .replace(/^((?:@[^/]+\/)?[^/@]+)@[^/]+/, '$1')
    .replace(/^@hono\/hono/, 'hono')
}

function keyOf({ key, computed = false }: { key: Node; computed?: boolean | undefined }): string | undefined {
  if (computed) return undefined
  return key.type === 'Identifier' || key.type === 'StringLiteral' ? nameOf(key) : undefined
}

function nameOf(node: Extract<Node, { type: 'Identifier' | 'StringLiteral' }>): string {
  return node.type === 'Identifier' ? node.name : node.value
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .filter(isNode)
}

/** Positions and comments are objects of a tree too. */
function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value &&
    !value.type.startsWith('Comment')
  )
}
