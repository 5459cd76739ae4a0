import { readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { type Project, packageOf } from './project.ts'
import type { Source } from './syntax.ts'

/** The port at which a server listens, by what the project says or else by what its framework takes. For a URL that somebody reads before they use it. */
export function portOf(source: Source, { framework }: { framework: string }, project: Project): number {
  const { manifest, dependencies } = packageOf(project, source.path)
  const { dev = '', start = '' } = manifest?.scripts ?? {}
  const told = portOfScript(dev) ?? portOfScript(start) ?? portOfDotenv(source, project)
  const written = told ?? portIn(source.text) ?? portOfNeighbours(source, project)
  if (written !== undefined) return written
  if (framework === 'Workers' || dependencies.has('wrangler') || project.files.some(isOfWrangler)) return 8787
  if (framework === 'FastMCP') return 8080
  return framework === 'Deno' ? 8000 : 3000
}

function isOfWrangler(file: string): boolean {
  return /^wrangler\.(?:toml|jsonc?)$/.test(file)
}

/** `PORT=4000 node server.js`, `next dev -p 4000`. */
function portOfScript(script: string): number | undefined {
  return firstPort(script, [/(?:^|\s)PORT=(\d{2,5})\b/, /^next\s.*\s(?:-p|--port)[ =](\d{2,5})\b/])
}

/** What `.env` says, where the server reads it. Nothing else of that file is looked at. */
function portOfDotenv({ path, text }: Source, project: Project): number | undefined {
  const { folder, manifest, dependencies } = packageOf(project, path)
  const isRead =
    dependencies.has('dotenv') ||
    /\bloadEnvFile\(/.test(text) ||
    Object.values(manifest?.scripts ?? {}).some(readsDotenv)
  if (!isRead || !/\bPORT\b/.test(text)) return undefined
  try {
    return firstPort(readFileSync(join(folder, '.env'), 'utf8'), [/^(?:export\s+)?PORT\s*=\s*['"]?(\d{2,5})\b/m])
  } catch {
    return undefined // there is none
  }
}

function readsDotenv(script: string): boolean {
  return /--env-file(?:-if-exists)?[= ]\.env(?=\s|$)/.test(script)
}

function portIn(text: string): number | undefined {
  return firstPort(text, [
    /\bport\w*\W{1,12}(?:\?\?|\|\||=)\s*['"]?(\d{2,5})\b/i,
    /\bport\w*\s*\?[^\n;?]{1,80}:\s*['"]?(\d{2,5})\b/i,
    /\bport\b[^\n;]{0,80}\.default\(\s*['"]?(\d{2,5})\b/i,
    /\blisten\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/,
    /\bport:\s*(?:Number\()?(\d{2,5})\b/,
  ])
}

/** The file that starts it, where another makes it: one beside it that names it, and listens. Of several that differ, none. */
function portOfNeighbours({ path }: Source, { folder, files }: Project): number | undefined {
  const name = basename(path, extname(path)).replace(/[^\w-]/g, '.')
  const naming = new RegExp(`['"]\\./${name}(?:\\.[cm]?[jt]sx?)?['"]`)
  const ports = files
    .filter((file) => file !== path && dirname(file) === dirname(path) && /\.[cm]?[jt]s$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .filter((text) => naming.test(text) && /\b(?:listen|serve)\(/.test(text))
    .map(portIn)
  return new Set(ports).size === 1 ? ports[0] : undefined
}

function firstPort(text: string, patterns: readonly RegExp[]): number | undefined {
  return patterns.map((pattern) => Number(pattern.exec(text)?.[1])).find((port) => port > 0 && port < 65_536)
}
