import { decodeHeaderValue, type HeaderReader } from '@portcullis/auth/mcp'
import { isRecord } from '../streamable-http/server-message.ts'

/** Which headers repeat arguments of tools, as a server's own list of tools says (2026-07-28, custom headers). It is asked when it is needed, and again when it seems old. */
export interface ParamHeaders {
  /** How the headers of a call contradict its arguments, as a sentence; `undefined` where they do not. */
  mismatch(tool: string, args: unknown, headers: HeaderReader): Promise<string | undefined>
}

/** An argument that a header repeats. */
interface Declaration {
  readonly path: readonly string[]
  readonly header: string
}

/** `listTools`: one page of the list. */
export function createParamHeaders(listTools: (cursor: string | undefined) => Promise<unknown>): ParamHeaders {
  let known: Promise<ReadonlyMap<string, readonly Declaration[]>> | undefined

  const mismatchNow = async (tool: string, args: unknown, headers: HeaderReader) => {
    known ??= read(listTools)
    for (const declaration of (await known).get(tool) ?? []) {
      const why = mismatchOf(declaration, args, headers)
      if (why !== undefined) return why
    }
    return undefined
  }
  return {
    async mismatch(tool, args, headers) {
      const before = known
      const why = await mismatchNow(tool, args, headers)
      // What was read before may say what was so then: a tool that is new to it, or one that has changed.
      const isKnown = (await known)?.has(tool) === true
      if (before === undefined || (isKnown && why === undefined)) return why
      known = undefined
      return mismatchNow(tool, args, headers)
    },
  }
}

async function read(
  listTools: (cursor: string | undefined) => Promise<unknown>,
): Promise<ReadonlyMap<string, readonly Declaration[]>> {
  const declarations = new Map<string, readonly Declaration[]>()
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const result = await listTools(cursor)
    if (!isRecord(result) || !Array.isArray(result.tools)) break
    for (const tool of result.tools)
      if (isRecord(tool) && typeof tool.name === 'string') declarations.set(tool.name, declarationsIn(tool.inputSchema))
    if (typeof result.nextCursor !== 'string') break
    cursor = result.nextCursor
  }
  return declarations
}

/** Reached by `properties` alone; clients refuse tools that have them elsewhere. */
function declarationsIn(schema: unknown, path: readonly string[] = []): Declaration[] {
  if (!isRecord(schema) || path.length > deepest) return []
  const header = schema['x-mcp-header']
  const own = typeof header === 'string' && /^[!#$%&'*+\-.^_`|~\w]+$/.test(header) ? [{ path, header }] : []
  const properties = isRecord(schema.properties) ? Object.entries(schema.properties) : []
  return [...own, ...properties.flatMap(([name, inner]) => declarationsIn(inner, [...path, name]))]
}

function mismatchOf({ path, header }: Declaration, args: unknown, headers: HeaderReader): string | undefined {
  const value = path.reduce<unknown>(
    (at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    args,
  )
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
  const written = headers.get(`mcp-param-${header}`)
  if (written === null) return `Mcp-Param-${header} is missing, and the body has what it repeats`
  const said = decodeHeaderValue(written)
  const isSame = said === String(value) || (typeof value === 'number' && said?.trim() !== '' && Number(said) === value)
  return isSame ? undefined : `Mcp-Param-${header} does not say what the body says`
}

const mostPages = 20
const deepest = 20
