import { posix } from 'node:path'
import type { Node } from '@babel/types'
import { type Edit, indentationAt, styleOf } from '../edits.ts'
import { isTypeScript } from '../lines.ts'
import type { Project } from '../project.ts'
import type { Made, NewFile, PathFound, Place, Recipe, Unsure } from '../recipe.ts'
import { bare, isImported, lineOf, nodesOf, type Source } from '../syntax.ts'

const framework = 'Next.js'
const adapter = 'next'
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const routeFile = /^(?:src\/)?app\/(?:.*\/)?route\.[jt]sx?$/

/** The route handler of the MCP server, and a second route for the metadata. */
export const next: Recipe = {
  framework,
  adapter,
  find(source, project): Place | Unsure | undefined {
    if (!project.dependencies.has('next') || !routeFile.test(source.path)) return undefined
    if (/\/\.well-known\//.test(source.path) || !isMcpRoute(source)) return undefined
    const unsure = (why: string, at = 0): Unsure => ({
      kind: 'unsure',
      framework,
      adapter,
      line: lineOf(source, at),
      why,
    })
    const guarded = nodesOf(source.program, 'CallExpression').find(({ node: { callee } }) =>
      isImported(source, callee, ({ name }) => name === 'withMcpAuth'),
    )
    if (guarded !== undefined)
      return unsure('withMcpAuth guards it already, and protect(…) takes its place', guarded.node.start ?? 0)
    const metadata = metadataRoute(source)
    const there = project.files.find((file) =>
      file.startsWith(`${appFolder(source)}/.well-known/oauth-protected-resource`),
    )
    if (there !== undefined) return unsure(`${there} answers for the metadata already, and would have to go`)
    const exported = exportedHandler(source)
    if (exported === undefined)
      return unsure('what it exports for its methods is not one handler with a name', source.program.end ?? 0)
    return {
      kind: 'place',
      framework,
      adapter,
      edits: (made) => exportEdits(source, exported, made),
      creates: [metadata],
      path: pathOf(source),
      notes: notesFor(source, project),
    }
  },
}

interface ExportedHandler {
  /** The handler, as an expression. */
  handler: string
  /** The statements that export it. */
  statements: readonly Node[]
}

/** `export { handler as GET, handler as POST }` and `export const GET = handler`: the same handler for all. */
function exportedHandler(source: Source): ExportedHandler | undefined {
  const statements = source.program.body.filter((statement) => statement.type === 'ExportNamedDeclaration')
  const handlers = new Set<string>()
  const ofMethods: Node[] = []
  for (const statement of statements) {
    const { declaration, specifiers } = statement
    const pairs = specifiers.flatMap((specifier) =>
      specifier.type === 'ExportSpecifier' &&
      specifier.exported.type === 'Identifier' &&
      specifier.local.type === 'Identifier'
        ? [[specifier.exported.name, specifier.local.name] as const]
        : [],
    )
    const declared = declaration?.type === 'VariableDeclaration' ? declaration.declarations : []
    for (const { id, init } of declared) {
      const value = bare(init)
      if (id.type === 'Identifier' && isMethod(id.name))
        pairs.push([id.name, value?.type === 'Identifier' ? value.name : ''])
    }
    if (declaration?.type === 'FunctionDeclaration' && isMethod(declaration.id?.name ?? '')) return undefined
    const own = pairs.filter(([name]) => isMethod(name))
    if (own.length === 0) continue
    if (own.length !== pairs.length || own.length < declared.length) return undefined
    ofMethods.push(statement)
    for (const [, handler] of own) handlers.add(handler)
  }
  const [handler] = handlers
  return handlers.size === 1 && handler !== undefined && handler !== '' ? { handler, statements: ofMethods } : undefined
}

function exportEdits(
  source: Source,
  { handler, statements }: ExportedHandler,
  { lines, protect }: Made,
): readonly Edit[] {
  const { end, newline } = styleOf(source)
  const [first, ...others] = statements
  if (first === undefined) return []
  const text = [...lines(''), `export const { ${methods.join(', ')} } = ${protect(handler)}${end}`]
  return [
    { start: first.start ?? 0, end: first.end ?? 0, text: text.join(newline) },
    ...others.map((statement) => ({ start: lineStart(source, statement), end: lineEnd(source, statement), text: '' })),
  ]
}

/** A whole line goes where a statement has it for itself. */
function lineStart({ text }: Source, { start }: Node): number {
  const at = start ?? 0
  return at - indentationAt(text, at).length
}

function lineEnd({ text }: Source, { end }: Node): number {
  const at = end ?? 0
  return at + (/^[ \t]*\r?\n/.exec(text.slice(at))?.[0].length ?? 0)
}

function metadataRoute(source: Source): NewFile {
  const { quote, end } = styleOf(source)
  const extension = posix.extname(source.path)
  const folder = `${appFolder(source)}/.well-known/oauth-protected-resource/[[...path]]`
  const route = posix.relative(folder, source.path)
  const withExtension = /\bfrom\s+['"][^'"]*\.tsx?['"]/.test(source.text)
  const from = withExtension || !isTypeScript(source.path) ? route : route.slice(0, -extension.length)
  const exported = methods.toSorted().join(', ')
  return {
    path: `${folder}/route${extension}`,
    content: () => `export { ${exported} } from ${quote}${from}${quote}${end}\n`,
  }
}

function appFolder({ path }: Source): string {
  return path.startsWith('src/') ? 'src/app' : 'app'
}

/** By the folders in which the route stands; those in brackets are not part of it, and one that stands for many is what `mcp-handler` had once. */
function pathOf({ path }: Source): PathFound {
  const folders = path
    .replace(/^(?:src\/)?app\//, '')
    .split('/')
    .slice(0, -1)
    .filter((folder) => !/^\(.*\)$/.test(folder))
  const named = folders.map((folder) => (folder === '[transport]' ? 'mcp' : folder))
  if (named.length === 0) return { kind: 'unsure', why: 'the route is the root of the application' }
  const open = named.find((folder) => !/^[\w.~-]+$/.test(folder))
  if (open !== undefined) return { kind: 'unsure', why: `the folder "${open}" of its path stands for many` }
  return { kind: 'found', path: `/${named.join('/')}`, further: [], isWhole: true }
}

function isMcpRoute({ imports }: Source): boolean {
  return [...imports.values()].some(({ from }) =>
    /^(?:mcp-handler|@vercel\/mcp-adapter|@modelcontextprotocol\/)/.test(from),
  )
}

function notesFor(source: Source, { files }: Project): readonly string[] {
  const before = files.find((file) => /^(?:src\/)?(?:middleware|proxy)\.[jt]s$/.test(file))
  return [
    ...(before === undefined
      ? []
      : [`${before} comes before all routes: leave the path of the MCP server and .well-known out of its matcher.`]),
    'In next.config set skipTrailingSlashRedirect: true, since some clients ask for metadata with a slash at the end and follow no redirect.',
    ...(isTypeScript(source.path)
      ? [
          `In the "include" of tsconfig.json add "${appFolder(source)}/.well-known/**/*.ts", which "**/*.ts" leaves out.`,
        ]
      : []),
  ]
}

function isMethod(name: string): boolean {
  return methods.some((method) => method === name)
}
