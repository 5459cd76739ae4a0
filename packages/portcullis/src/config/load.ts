import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Configuration, ServeConfiguration, ServedMcpServer } from './configuration.ts'
import { isPostgresUrl, whyNotReadable, withoutPassword } from './database-url.ts'
import type { McpServer } from './mcp-servers.ts'
import { ConfigurationError, type Problem, problemsOf } from './problems.ts'
import { folderOf, resolveConfiguration } from './resolve.ts'
import { schema } from './schema.ts'
import { placesOf } from './setting-sources.ts'
import { fromEnvironment, fromFile, fromFlags, type Source } from './sources.ts'

const defaultFile = 'portcullis.yaml'

export interface Surroundings {
  /** By the names a command line parser gives them. Default: none. */
  flags?: Readonly<Record<string, unknown>>
  /** Default: empty. */
  environment?: Readonly<Record<string, string | undefined>>
  /** The current folder. */
  folder: string
}

/**
 * The configuration from the command line, the environment and the file, in this order of precedence.
 * The file is `--config`, or `PORTCULLIS_CONFIG`, or `portcullis.yaml` in the current folder where there is one.
 * Rejects with `ConfigurationError`, which has every problem that was found.
 */
export async function loadConfiguration({
  flags = {},
  environment = {},
  folder,
}: Surroundings): Promise<Configuration> {
  const file = fileOf({ flags, environment, folder })
  const inFile = file === undefined ? undefined : await fromFile(file)
  const inEnvironment = fromEnvironment(environment)
  const sources = [inFile, inEnvironment, fromFlags(flags)].filter((source) => source !== undefined)
  const settings = sources.reduce<Record<string, unknown>>((before, source) => merge(before, source.settings), {})
  const placed = (problem: Problem) => place(problem, sources)

  const parsed = schema.safeParse(settings)
  if (!parsed.success)
    throw new ConfigurationError(problemsOf(parsed.error.issues, (path) => valueAt(settings, path)).map(placed))
  const databaseSource = sources.findLast((source) => 'database' in source.settings)
  const databaseIsFromFile = inFile !== undefined && databaseSource === inFile
  const { database } = parsed.data
  const whyNot = isPostgresUrl(database) ? whyNotReadable(database) : undefined
  if (whyNot !== undefined) throw new ConfigurationError([placed({ path: ['database'], message: whyNot })])
  if (isPostgresUrl(database) && withoutPassword(database) !== database && databaseSource !== inEnvironment)
    throw new ConfigurationError([placed(passwordProblem)])
  try {
    return resolveConfiguration(parsed.data, {
      file,
      databaseFrom: databaseIsFromFile ? folderOf(file, folder) : folder,
      setAt: placesOf(sources, valueAt),
    })
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw new ConfigurationError(cause.problems.map(placed))
    throw cause
  }
}

/** The file is kept with others and copied, and what stands on a command line every user of the machine can see. */
const passwordProblem: Problem = {
  path: ['database'],
  message:
    'must not have a password here, where others may read it; set PORTCULLIS_DATABASE_PASSWORD or PORTCULLIS_DATABASE_PASSWORD_FILE instead',
}

/** Throws `ConfigurationError` when there is no MCP server to stand in front of. */
export function requireUpstream(configuration: Configuration): ServeConfiguration {
  const served = configuration.mcpServers.filter(hasUpstream)
  const [first, ...others] = served
  if (first === undefined || served.length < configuration.mcpServers.length)
    throw new ConfigurationError(configuration.mcpServers.filter((server) => !hasUpstream(server)).map(missingUpstream))
  return { ...configuration, mcpServers: [first, ...others] }
}

function hasUpstream(server: McpServer): server is ServedMcpServer {
  return server.upstream !== undefined
}

function missingUpstream({ id }: McpServer): Problem {
  return id === undefined
    ? {
        path: ['upstream'],
        message:
          'is missing; say where your MCP server is: --upstream http://localhost:3000/mcp, or how it is started: --stdio "npx -y some-server"',
      }
    : {
        path: ['servers', id, 'upstream'],
        message:
          'is missing; say where that MCP server is, such as http://localhost:3000/mcp, or how it is started: { command: npx, args: [-y, some-server] }',
      }
}

function fileOf({ flags = {}, environment = {}, folder }: Surroundings): string | undefined {
  const named = flags.config ?? environment.PORTCULLIS_CONFIG
  if (typeof named === 'string' && named !== '') return resolve(folder, named)
  const usual = resolve(folder, defaultFile)
  return existsSync(usual) ? usual : undefined
}

function place(problem: Problem, sources: readonly Source[]): Problem {
  const source = sources.findLast((each) => valueAt(each.settings, problem.path) !== undefined)
  return source === undefined ? problem : { ...problem, place: source.placeOf(problem.path) }
}

/** `over` goes before, section by section; lists and tables are taken whole from where they were set last. */
function merge(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...under }
  for (const [name, value] of Object.entries(over)) {
    const before = merged[name]
    merged[name] = isTable(before) && isTable(value) ? { ...before, ...value } : value
  }
  return merged
}

function valueAt(settings: unknown, path: readonly PropertyKey[]): unknown {
  let at = settings
  for (const step of path) at = isTable(at) || Array.isArray(at) ? Reflect.get(at, step) : undefined
  return at
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
