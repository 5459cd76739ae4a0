import { type Edit, insert, type Style, styleOf } from './edits.ts'
import type { Source } from './syntax.ts'

/** The adapters of `@portcullis/auth`, by the end of their import. */
export type Adapter = 'express' | 'fastify' | 'koa' | 'hono' | 'h3' | 'nest' | 'next' | 'fastmcp' | 'fetch' | 'node'

/** What a resource server is made with. */
export interface Settings {
  resource: string
  /** Further URLs of the same server, which are guarded too. */
  alsoServedAt: readonly string[]
  issuer: string
  /** What every request needs. */
  scopes: readonly string[]
}

/** What Portcullis brings is called in a file, where those names are free. */
export interface Names {
  createResourceServer: string
  protect: string
  resourceServer: string
  guard: string
}

export function namesIn({ names }: Pick<Source, 'names'>): Names {
  const free = (...wanted: readonly string[]) => {
    const name = wanted.find((each) => !names.has(each))
    if (name === undefined) throw new Error(`${wanted.join(', ')} are all taken`)
    return name
  }
  return {
    createResourceServer: free('createResourceServer', 'createPortcullisResourceServer'),
    protect: free('protect', 'protectMcp', 'protectWithPortcullis'),
    resourceServer: free('resourceServer', 'mcpResourceServer', 'portcullisResourceServer'),
    guard: free('guard', 'mcpGuard', 'portcullisGuard'),
  }
}

/** The imports. `further`: what else of the adapter is needed, as an import names it. */
export function importEdit(
  source: Source,
  { adapter, further = [] }: { adapter: Adapter; further?: readonly string[] | undefined },
): Edit {
  const { createResourceServer, protect } = namesIn(source)
  const style = styleOf(source)
  const prefix = /\bfrom\s+['"]npm:/.test(source.text) ? 'npm:' : ''
  const wanted = [renamed('protect', protect), ...further].toSorted((a, b) => (bareName(a) < bareName(b) ? -1 : 1))
  const lines = [
    [[renamed('createResourceServer', createResourceServer)], `${prefix}@portcullis/auth`],
    [wanted, `${prefix}@portcullis/auth/${adapter}`],
  ] as const
  const isRequired = !isModule(source)
  const text = lines.map(([imported, from]) => importLine(imported, from, { style, isRequired }))
  return placeImports(source, text, style)
}

/** `const resourceServer = createResourceServer({ … })`, on one line where that is short enough. */
export function resourceServerLines(source: Source, settings: Settings, indentation: string): readonly string[] {
  const { createResourceServer, resourceServer } = namesIn(source)
  const { end, indentation: step } = styleOf(source)
  const options = [
    `resource: ${quoted(source, settings.resource)}`,
    ...(settings.alsoServedAt.length === 0 ? [] : [`alsoServedAt: ${listOf(source, settings.alsoServedAt)}`]),
    `authorizationServers: ${listOf(source, [settings.issuer])}`,
    ...(settings.scopes.length === 0 ? [] : [`scopes: ${listOf(source, settings.scopes)}`]),
  ]
  const begin = `const ${resourceServer} = ${createResourceServer}({`
  const short = `${begin} ${options.join(', ')} })${end}`
  if (indentation.length + short.length <= longestLine) return [short]
  return [begin, ...options.map((option) => `${step}${option},`), `})${end}`]
}

/** `protect(resourceServer, handler, { scope: [ … ] })` */
export function protectCall(
  source: Source,
  { scopes }: Settings,
  handler?: string,
  further: readonly string[] = [],
): string {
  const { protect, resourceServer } = namesIn(source)
  const { indentation: step, newline } = styleOf(source)
  const options = [...(scopes.length === 0 ? [] : [`scope: ${listOf(source, scopes)}`]), ...further]
  const given = [
    resourceServer,
    ...(handler === undefined ? [] : [handler]),
    ...(options.length === 0 ? [] : [`{ ${options.join(', ')} }`]),
  ]
  const call = `${protect}(${given.join(', ')})`
  if (call.length < longestLine - 10) return call
  return [`${protect}(`, ...given.map((each) => `${step}${each},`), ')'].join(newline)
}

const longestLine = 120

function listOf(source: Source, texts: readonly string[]): string {
  return `[${texts.map((text) => quoted(source, text)).join(', ')}]`
}

/** What somebody typed ends no string and begins no code. */
function quoted(source: Source, text: string): string {
  const { quote } = styleOf(source)
  return /['"\\]/.test(text) ? JSON.stringify(text) : `${quote}${text}${quote}`
}

/** Whether a file has `import` and `export`; else it is CommonJS. */
export function isModule({ program }: Pick<Source, 'program'>): boolean {
  return program.sourceType === 'module'
}

export function isTypeScript(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path)
}

function importLine(
  names: readonly string[],
  from: string,
  { style: { quote, end }, isRequired }: { style: Style; isRequired: boolean },
): string {
  if (!isRequired) return `import { ${names.join(', ')} } from ${quote}${from}${quote}${end}`
  const taken = names.map((name) => name.replace(' as ', ': '))
  return `const { ${taken.join(', ')} } = require(${quote}${from}${quote})${end}`
}

function renamed(name: string, as: string): string {
  return name === as ? name : `${name} as ${as}`
}

function bareName(imported: string): string {
  return imported.replace(/^type /, '')
}

/** Where they belong by their names, if the imports of the file are in order; else behind the last of them. */
function placeImports({ program, text }: Source, lines: readonly string[], { newline }: Style): Edit {
  const all = program.body.filter((statement) => statement.type === 'ImportDeclaration')
  const afterEffects = all.slice(all.findLastIndex(({ specifiers }) => specifiers.length === 0) + 1)
  const block = lines.join(newline)
  const last = all.at(-1) ?? requires(program).at(-1)
  if (last === undefined) {
    const start = program.directives.at(-1)?.end ?? program.interpreter?.end ?? undefined
    const first = program.body[0]?.start ?? text.length
    return start === undefined ? insert(first, block + newline) : insert(start, newline + block)
  }
  const specifiers = afterEffects.map(({ source }) => source.value)
  const isOrdered = specifiers.every((each, at) => at === 0 || compare(specifiers[at - 1] ?? '', each) <= 0)
  const next = afterEffects.find(({ source }) => compare(source.value, '@portcullis/auth') > 0)
  if (!isOrdered || next === undefined) return insert(last.end ?? 0, newline + block)
  return insert(next.start ?? 0, block + newline)
}

function requires(program: Source['program']) {
  return program.body.filter((statement) => {
    const [first] = statement.type === 'VariableDeclaration' ? statement.declarations : []
    return first?.init?.type === 'CallExpression' && 'name' in first.init.callee && first.init.callee.name === 'require'
  })
}

/** Modules of Node, packages of a scope, other packages, files: as most tools sort them. Files among themselves are nothing to us. */
function compare(a: string, b: string): number {
  if (rank(a) !== rank(b) || rank(a) === rankOfFiles) return rank(a) - rank(b)
  return a < b ? -1 : a > b ? 1 : 0
}

const rankOfFiles = 3

function rank(specifier: string): number {
  if (specifier.startsWith('node:')) return 0
  if (specifier.startsWith('@')) return 1
  return specifier.startsWith('.') ? rankOfFiles : 2
}
