import { existsSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { wordsOf } from '../config/command-line.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { type Change, changesFor, linesToShow } from './change.ts'
import { findServer, type ServerFound } from './find-server.ts'
import { adviceForLanguage, type GatewayAdvice, stdioAdvice } from './gateway-advice.ts'
import { isModule, isTypeScript, type Settings } from './lines.ts'
import { portOf } from './port.ts'
import { type Project, readProject } from './project.ts'
import type { Found, Place } from './recipe.ts'
import { shellWord, stdioWord } from './shell-word.ts'
import type { Source } from './syntax.ts'
import { requireInside } from './write-changes.ts'

export interface Wishes {
  /** The file of the server, as somebody named it. */
  file: string | undefined
  /** What clients will use. Default: the path that the code says, on this machine. */
  resource: string | undefined
  issuer: string
  scopes: readonly string[]
}

/** What was seen of a server that lines can be put into. */
export interface ServerFacts {
  framework: string
  sdk: string
  language: 'TypeScript' | 'JavaScript'
  module: 'ESM' | 'CommonJS'
  file: string
}

export type Outcome =
  | { kind: 'ready'; facts: ServerFacts; settings: Settings; changes: readonly Change[]; notes: readonly string[] }
  /** `lines`: for somebody to put where they belong. */
  | { kind: 'unsure'; facts: ServerFacts; line: number; why: string; lines: readonly string[]; nextStep: string }
  | { kind: 'protected'; file: string; line: number }
  | { kind: 'gateway'; advice: GatewayAdvice }

/** What is to be done in a folder. Changes nothing. Throws `OperatorError` where there is no server, or no telling which file it is. */
export function examine(folder: string, wishes: Wishes): { project: Project; outcome: Outcome } {
  const project = readProject(folder)
  const only = wishes.file === undefined ? undefined : namedSource(project, resolve(folder, wishes.file), wishes.file)
  return { project, outcome: outcomeOf(findServer(project, only), project, wishes) }
}

function outcomeOf(server: ServerFound, project: Project, wishes: Wishes): Outcome {
  switch (server.kind) {
    case 'server':
      return ofServer(server.source, server.found, project, wishes)
    case 'protected':
      return { kind: 'protected', file: server.file, line: server.line }
    case 'guarded':
      return unsure(server.source, server.found ?? nodeAdapter, wishes, {
        line: server.line,
        why: `${server.by} asks for tokens there already, and what Portcullis adds takes its place`,
        nextStep: `Take ${server.by} out, with the routes for its metadata, and run portcullis init again. What changes with it: docs/migrating`,
      })
    case 'several':
      throw new OperatorError(`More than one file could be the MCP server: ${server.files.join(', ')}`, {
        nextStep: `Name it: portcullis init ${shellWord(server.files[0] ?? '')}`,
      })
    case 'stdio':
      return {
        kind: 'gateway',
        advice: stdioAdvice(
          `an MCP server over its standard streams (${server.source.path})`,
          startOf(project, server.source),
        ),
      }
    case 'none':
      return { kind: 'gateway', advice: adviceForLanguage(project, wishes.resource) ?? refuse(project) }
    default:
      return server satisfies never
  }
}

function ofServer(source: Source, found: Found, project: Project, wishes: Wishes): Outcome {
  if (found.kind === 'unsure') {
    const nextStep = 'Put the lines there, before everything else that answers requests, and run portcullis doctor.'
    return unsure(source, found, wishes, { line: found.line, why: found.why, nextStep })
  }
  const settings = settingsFor(source, found, project, wishes)
  if (typeof settings === 'string')
    return unsure(source, found, wishes, { line: 1, why: settings, nextStep: nextStepForPath(wishes) })
  return {
    kind: 'ready',
    facts: factsOf(source, found, project),
    settings,
    changes: changesFor(source, found, settings),
    notes: found.notes,
  }
}

/** Or why nobody can say what has to be guarded. */
function settingsFor(
  source: Source,
  { path, ...place }: Place,
  project: Project,
  { resource, issuer, scopes }: Wishes,
): Settings | string {
  if (path.kind === 'unsure' && resource === undefined) return `the path of the MCP server is not clear: ${path.why}`
  const found = path.kind === 'found' ? path : undefined
  if (resource === undefined) {
    const at = (each: string) => `http://localhost:${portOf(source, place, project)}${each}`
    return { resource: at(found?.path ?? '/mcp'), alsoServedAt: (found?.further ?? []).map(at), issuer, scopes }
  }
  const { pathname, origin } = new URL(resource)
  if (found !== undefined && found.isWhole !== true && !isBelow(found.path, pathname))
    return `the code serves it at ${found.path}, and ${pathname} of --resource would guard something else`
  return { resource, alsoServedAt: (found?.further ?? []).map((each) => origin + each), issuer, scopes }
}

function isBelow(path: string, guarded: string): boolean {
  const own = guarded.replace(/\/$/, '')
  return path === own || path.startsWith(`${own}/`)
}

function nextStepForPath({ resource }: Wishes): string {
  return resource === undefined
    ? 'Say which URL clients will use, with the path that the application itself sees: portcullis init --resource http://localhost:3000/mcp'
    : 'Name the URL with that path. Where something in front cuts a part of it off, have it pass the path on.'
}

function unsure(
  source: Source,
  found: Pick<Found, 'framework' | 'adapter'>,
  { resource = 'http://localhost:3000/mcp', issuer, scopes }: Wishes,
  { line, why, nextStep }: { line: number; why: string; nextStep: string },
): Outcome {
  const lines = linesToShow(source, found, { resource, alsoServedAt: [], issuer, scopes })
  return { kind: 'unsure', facts: factsOf(source, found), line, why, lines, nextStep }
}

const nodeAdapter = { framework: 'node:http', adapter: 'node' } as const

function factsOf(source: Source, { framework }: Pick<Found, 'framework'>, project?: Project): ServerFacts {
  return {
    framework,
    sdk: sdkOf(source, project),
    language: isTypeScript(source.path) ? 'TypeScript' : 'JavaScript',
    module: isModule(source) ? 'ESM' : 'CommonJS',
    file: source.path,
  }
}

const sdks: readonly (readonly [RegExp, string])[] = [
  [/^fastmcp/, 'FastMCP'],
  [/^(?:mcp-handler|@vercel\/mcp-adapter)/, 'mcp-handler'],
  [/^@modelcontextprotocol\/(?:server|node|express|hono|fastify)/, 'official SDK 2.x'],
  [/^@modelcontextprotocol\/sdk/, 'official SDK 1.x'],
]

/** By what the file imports, or else the project. */
function sdkOf({ imports }: Source, project: Project | undefined): string {
  const own = [...imports.values()].map(({ from }) => from)
  const all = project?.sources.flatMap((source) => [...source.imports.values()].map(({ from }) => from)) ?? []
  for (const names of [own, all, [...(project?.dependencies ?? [])]]) {
    const known = sdks.find(([pattern]) => names.some((name) => pattern.test(name)))
    if (known !== undefined) return known[1]
  }
  return 'none that is known'
}

function namedSource(project: Project, file: string, named: string): Source {
  const path = relative(project.folder, file).split(sep).join('/')
  if (!existsSync(file))
    throw new OperatorError(`There is no file ${named}`, {
      nextStep: 'Name the file in which the server is made: portcullis init src/server.ts',
    })
  requireInside(project.folder, join(project.folder, path))
  const source = project.sources.find((each) => each.path === path)
  if (source !== undefined) return source
  throw new OperatorError(
    project.unreadable.includes(path)
      ? `${named} cannot be read as TypeScript or JavaScript`
      : `Nothing in ${named} is a server that portcullis init knows`,
    { nextStep: 'Name the file in which the server is made, or add the lines by hand: docs/frameworks.md' },
  )
}

/** Its script `start`, where that is one program and no more: no shell reads what the gateway starts. */
function startOf({ manifest }: Project, { path }: Source): string {
  const { start } = manifest?.scripts ?? {}
  return start !== undefined && isOneProgram(start) ? start : `node ${stdioWord(path.replace(/^-/, './-'))}`
}

function isOneProgram(line: string): boolean {
  try {
    const [program] = wordsOf(line)
    return !/["$`\\]/.test(line) && !/^\w+=/.test(program)
  } catch {
    return false
  }
}

function refuse({ folder, unreadable }: Project): never {
  const [broken] = unreadable
  throw new OperatorError(
    `There is no MCP server in ${folder}: no file there imports the official SDK, FastMCP or mcp-handler`,
    {
      nextStep:
        broken === undefined
          ? 'Run it in the folder of the server, or name its file: portcullis init src/server.ts. In front of any other server: portcullis serve --upstream http://localhost:3000/mcp'
          : `${broken} could not be read as TypeScript or JavaScript: mend it, and run portcullis init again.`,
    },
  )
}
