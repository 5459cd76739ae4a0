import { applyEdits, styleOf } from './edits.ts'
import { importEdit, protectCall, resourceServerLines, type Settings } from './lines.ts'
import type { Made, Place } from './recipe.ts'
import { parseSource, type Source } from './syntax.ts'

/** What becomes of one file. */
export interface Change {
  /** From the folder of the project, with slashes. */
  path: string
  /** `undefined`: there is none yet. */
  before: string | undefined
  after: string
}

/** All that a place takes, for a server with these settings. Throws where what comes of it could not be understood, which is a fault of ours. */
export function changesFor(source: Source, place: Place, settings: Settings): readonly Change[] {
  const edits = place.edits(madeFor(source, settings))
  const after = edits.length === 0 ? source.text : applyEdits(source.text, [importEdit(source, place), ...edits])
  const changes: Change[] = [
    ...(edits.length === 0 ? [] : [{ path: source.path, before: source.text, after }]),
    ...(place.creates ?? []).map(({ path, content }) => ({
      path,
      before: undefined,
      after: content(newFileParts(source, place, settings)),
    })),
  ]
  for (const change of changes)
    if (parseSource(change.path, change.after) === undefined)
      throw new Error(`the lines for ${change.path} do not fit into it`)
  return changes
}

function madeFor(source: Source, settings: Settings): Made {
  return {
    lines: (indentation) => resourceServerLines(source, settings, indentation),
    protect: (handler, further) => protectCall(source, settings, handler, further),
  }
}

/** The lines of a new file look like those of the file that they are for. */
function newFileParts(source: Source, place: Place, settings: Settings): Made & { imports: string } {
  const empty = parseSource(source.path, '')
  if (empty === undefined) throw new Error('an empty file cannot be understood')
  const asModule: Source = { ...empty, program: { ...empty.program, sourceType: 'module' } }
  const { newline } = styleOf(source)
  const { text } = importEdit({ ...asModule, text: '' }, place)
  return { imports: text.trim().replaceAll('\n', newline), ...madeFor(asModule, settings) }
}

/** The same lines where nobody knows yet where they belong: to be shown, not written. */
export function linesToShow(
  source: Source,
  { framework, adapter }: Pick<Place, 'framework' | 'adapter'>,
  settings: Settings,
): readonly string[] {
  const { text } = importEdit({ ...source, imports: new Map() }, { adapter })
  const { protect } = madeFor(source, settings)
  const use: Record<typeof adapter, string> = {
    express: `app.use(${protect()}) // first`,
    fastify: `await app.register(${protect()}) // first`,
    koa: `app.use(${protect()}) // first`,
    hono: `app.use(${protect()}) // first`,
    h3: `app.use(${protect()}) // first`,
    nest: `app.use(${protect()}) // in main.ts, first`,
    next: `export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = ${protect('handler')}`,
    fastmcp: `const server = ${protect('(authenticate) => new FastMCP({ name, version, authenticate })')}`,
    fetch: `const fetch = ${protect('mcp.fetch', ['otherwise'])}`,
    node: `createServer(${protect('listener')})`,
  }
  return [
    ...text.trim().split(/\r?\n/),
    '',
    ...resourceServerLines(source, settings, ''),
    use[adapter],
    `// ${framework}: docs/frameworks.md`,
  ]
}
