import { readFileSync } from 'node:fs'
import { wordsOf } from './command-line.ts'
import { longFlagOf, optionNameOf, overrides } from './overrides.ts'
import { ConfigurationError } from './problems.ts'

/** Where settings come from; what comes later in the list goes before. */
export interface Source {
  settings: Record<string, unknown>
  /** Where this source sets what stands at `path`, for messages. */
  placeOf(path: readonly PropertyKey[]): string
}

/** Reads the settings of a YAML file. Rejects with `ConfigurationError` when it cannot be read, or is not a table of settings. */
export async function fromFile(file: string): Promise<Source> {
  const text = readText(file)
  // Loaded only here: without a file, nobody waits for it. By its default, which is all that CommonJS has once it is bundled.
  const { isMap, isNode, LineCounter, parseDocument, visit } = (await import('yaml')).default
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: false })
  const placeAt = (offset: number) => `${file}:${lines.linePos(offset).line}`
  if (document.errors.length > 0)
    throw new ConfigurationError(
      document.errors.map(({ message, pos }) => ({
        path: [],
        message: `is not valid YAML: ${message}`,
        place: placeAt(pos[0]),
      })),
    )
  if (document.contents !== null && !isMap(document.contents))
    throw new ConfigurationError([
      { path: [], message: 'must be a table of settings, such as "upstream: http://localhost:3000/mcp"', place: file },
    ])
  visit(document, {
    Alias(_, { source, range }) {
      const message = `must write each setting out: *${source} is not read`
      throw new ConfigurationError([{ path: [], message, place: range ? placeAt(range[0]) : file }])
    },
  })
  return {
    settings: (document.toJS({ maxAliasCount: 0 }) ?? {}) as Record<string, unknown>, // a map, as was just seen
    placeOf(path) {
      for (let depth = path.length; depth > 0; depth -= 1) {
        const node = document.getIn(path.slice(0, depth), true)
        if (isNode(node) && node.range) return placeAt(node.range[0])
      }
      return file
    },
  }
}

/** The settings in environment variables. */
export function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Source {
  return fromOverrides(
    ({ variable, kind }) => {
      const value = environment[variable]
      if (value === undefined || value === '') return undefined
      return kind === 'truth' && /^(true|false)$/.test(value) ? value === 'true' : value
    },
    ({ variable }) => variable,
  )
}

/** The settings on the command line, by the names a parser gives them. */
export function fromFlags(flags: Readonly<Record<string, unknown>>): Source {
  return fromOverrides(
    (override) => flags[optionNameOf(override)],
    ({ flag }) => longFlagOf(flag),
  )
}

type Override = (typeof overrides)[number]

function fromOverrides(read: (override: Override) => unknown, label: (override: Override) => string): Source {
  const settings: Record<string, unknown> = {}
  const set: Override[] = []
  for (const override of overrides) {
    const value = read(override)
    if (value === undefined) continue
    set.push(override)
    put(settings, override.path, settingOf(override, value, label(override)))
  }
  const [first, second] = set.filter(({ path }) => path[0] === 'upstream')
  if (first !== undefined && second !== undefined) {
    const message = `must be said in one way, but is in two: ${label(first)} and ${label(second)}`
    throw new ConfigurationError([{ path: ['upstream'], message, place: label(second) }])
  }
  return {
    settings,
    placeOf(path) {
      const found = set.find((override) => override.path.every((name, at) => name === path[at]))
      return found === undefined ? '' : label(found)
    },
  }
}

function settingOf({ kind }: Override, value: unknown, place: string): unknown {
  if (kind === 'number' && /^\d+$/.test(String(value))) return Number(value)
  if (kind !== 'command') return value
  try {
    const [command, ...args] = wordsOf(String(value))
    return { command, args }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new ConfigurationError([{ path: ['upstream'], message: error.message, place }])
  }
}

function put(settings: Record<string, unknown>, [first, second]: Override['path'], value: unknown): void {
  settings[first] = second === undefined ? value : { ...(settings[first] ?? {}), [second]: value }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'does not exist' : 'cannot be read'
    throw new ConfigurationError([{ path: [], message: `the file ${message}`, place: file }])
  }
}
