import { namesFrom } from './mounted.ts'
import type { Project } from './project.ts'
import type { Found } from './recipe.ts'
import { recipes } from './recipes/recipes.ts'
import { type Imported, lineOf, nodesOf, type Source, stringIn } from './syntax.ts'

/** What there is to do in a project. */
export type ServerFound =
  | { kind: 'server'; source: Source; found: Found }
  /** Portcullis is there already. */
  | { kind: 'protected'; file: string; line: number }
  /** Something else guards it. */
  | { kind: 'guarded'; source: Source; by: string; line: number; found: Found | undefined }
  /** Several files could be it. */
  | { kind: 'several'; files: readonly string[] }
  /** It speaks over its standard streams alone. */
  | { kind: 'stdio'; source: Source }
  | { kind: 'none' }

/** The file in which the MCP server of a project is served. `only`: the file that somebody named. */
export function findServer(project: Project, only?: Source): ServerFound {
  const { sources } = project
  const ours = (only === undefined ? sources : [only]).find(isProtected)
  if (ours !== undefined) return { kind: 'protected', file: ours.path, line: portcullisLine(ours) }
  if (only === undefined && !sources.some(speaksMcp)) return { kind: 'none' }

  const candidates = (only === undefined ? sources : [only]).flatMap((source) => {
    for (const [rank, recipe] of recipes.entries()) {
      const found = recipe.find(source, project)
      if (found !== undefined) return [{ source, found, rank }]
    }
    return []
  })
  const near = candidates.filter(({ source }) => isNearMcp(source, sources))
  const closest = near.length > 0 ? near : candidates
  // An application of Express in one file is given to createServer in another.
  const foremost = Math.min(...closest.map(({ rank }) => rank))
  const [candidate, another] = closest.filter(({ rank }) => rank === foremost)
  if (candidate !== undefined && another === undefined)
    return guardedBy(candidate.source, candidate.found) ?? { kind: 'server', ...candidate }
  if (candidate !== undefined) return { kind: 'several', files: closest.map(({ source }) => source.path) }

  const stdio = (only === undefined ? sources : [only]).find(isStdio)
  return stdio === undefined ? { kind: 'none' } : { kind: 'stdio', source: stdio }
}

function isProtected({ imports }: Source): boolean {
  return [...imports.values()].some(
    ({ from, name }) => from.startsWith('@portcullis/auth') && /^(?:protect|createResourceServer)$/.test(name),
  )
}

function portcullisLine(source: Source): number {
  return lineOf(source, source.text.search(/@portcullis\/auth/))
}

const mcpPackages =
  /^(?:@modelcontextprotocol\/(?:sdk\/server|server|node|express|hono|fastify)|fastmcp|mcp-handler|@vercel\/mcp-adapter|@rekog\/mcp-nest|agents\/mcp)/

function speaksMcp({ imports }: Source): boolean {
  return [...imports.values()].some(({ from }) => mcpPackages.test(from))
}

/** Whether a file speaks MCP, or imports one that does. */
function isNearMcp(source: Source, sources: readonly Source[]): boolean {
  if (speaksMcp(source)) return true
  return sources.some((each) => speaksMcp(each) && namesFrom(each, source).size > 0)
}

const guards = /^(?:requireBearerAuth|mcpAuthRouter|mcpAuthMetadataRouter|withMcpAuth|OAuthProvider|MCPAuth)$/

/** What asks for tokens already, and would ask beside Portcullis. */
function guardedBy(source: Source, found: Found): ServerFound | undefined {
  const guard = [...source.imports].find(([, { name }]) => guards.test(name))
  if (guard === undefined) return undefined
  const [local] = guard
  const line = lineOf(source, source.text.search(new RegExp(`\\b${local}\\b`)))
  return { kind: 'guarded', source, by: local, line, found }
}

function isStdio(source: Source): boolean {
  const isTransport = ({ name }: Imported) => /^Stdio(?:Server)?Transport$|^serveStdio$/.test(name)
  return (
    [...source.imports.values()].some(isTransport) ||
    ([...source.imports.values()].some(({ from }) => from === 'fastmcp') &&
      nodesOf(source.program, 'StringLiteral').some(({ node }) => stringIn(node) === 'stdio'))
  )
}
