import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Framework } from './frameworks.ts'
import { minimal, ofPortcullisAlone } from './start-command.ts'

/**
 * Writes the server of a framework as it is without Portcullis into an empty folder, as a project of its own, with all that it needs beside its packages:
 * what `portcullis init` is for. Throws where the server of examples/minimal is written otherwise than it was.
 */
export function writeUnprotected(framework: Framework, folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  for (const { path, text } of unprotectedFiles(framework)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** The files of such a project, by their path in it. */
export function unprotectedFiles(framework: Framework): readonly { path: string; text: string }[] {
  const { folder } = framework
  const alone = filesOfPortcullis(framework)
  const own = globSync(['**/*.ts', '**/*.json', '*.capnp', '**/.well-known/**/*.ts'], {
    cwd: join(minimal, folder),
    exclude: ['**/.next/**', '**/.nitro/**', '**/.output/**', '**/node_modules/**'],
  })
    .filter((path) => !alone.includes(path) && path !== 'next-env.d.ts')
    .map((path) => ({ path, text: readFileSync(join(minimal, folder, path), 'utf8') }))
  const shared = [
    ...(own.some(({ path }) => path === 'notes.ts') ? [] : ['notes.ts']),
    ...(folder === 'nest-fastify' ? ['nest/notes.module.ts'] : []),
  ]
  const files = [
    ...own,
    ...shared.map((path) => ({ path: path.replace(/^nest\//, ''), text: readFileSync(join(minimal, path), 'utf8') })),
  ]
  const server = served(folder)
  return [
    ...files.map(({ path, text }) => ({
      path,
      text: atRoot(path === server ? withoutPortcullis(text, folder) : text, path),
    })),
    { path: 'settings.ts', text: 'export const port = Number(process.env.PORT ?? 3000)\n' },
    { path: 'package.json', text: `${JSON.stringify(manifestOf(framework), undefined, 2)}\n` },
  ]
}

/** The file that Portcullis stands in, beside those that are of it alone. */
export function served(folder: string): string | undefined {
  if (isOfNitro(folder)) return undefined
  return folder === 'next' ? 'app/mcp/route.ts' : 'server.ts'
}

/** The files that are of Portcullis alone, by their path in the project. */
export function filesOfPortcullis(framework: Framework): readonly string[] {
  if (isOfNitro(framework.folder)) return ['middleware/0.portcullis.ts']
  return ofPortcullisAlone(framework).map((file) => relative(join(minimal, framework.folder), file))
}

/** Which has its middleware in files of their own. */
function isOfNitro(folder: string): boolean {
  return folder === 'nitro' || folder === 'nitro-3'
}

/** The server as a project of its own has it: what the examples share lies beside it. */
export function atRoot(text: string, path: string): string {
  const above = '../'.repeat(path.split('/').length)
  const own = path.includes('/') ? above.slice(3) : './'
  return text
    .replaceAll(`'${above}nest/`, `'${own}`)
    .replaceAll(`'${above}`, `'${own}`)
    .replace("'..', '..', '..'", "'..', '..', '..', '..'") // the root of all files, in next.config.ts
}

function withoutPortcullis(text: string, folder: string): string {
  const changes = [importsOfPortcullis, settingsOfPortcullis, ...(byFolder[folder] ?? [guardOfApp])]
  return changes.reduce((each, change) => replaced(each, change, folder), text)
}

type Replacement = readonly [from: RegExp | string, to: string]

function replaced(text: string, [from, to]: Replacement, folder: string): string {
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`examples/minimal/${folder} has no longer: ${from}`)
  return changed
}

const importsOfPortcullis: Replacement = [/^import .* from '@portcullis\/.*\n/gm, '']
const settingsOfPortcullis: Replacement = [/, rules, settings(?= \})|^import \{ rules, settings \} from .*\n/m, '']
const guardOfApp: Replacement = [/^(?:await )?app\.(?:use|register)\(protect\(.*\n/m, '']

const ownPath = "new URL(request.url).pathname === '/mcp'"
const guardOfFetch = (call: string): Replacement => [
  /^const fetch = protect\(.*$/m,
  `const fetch = (request: Request) => (${ownPath} ? ${call} : otherwise(request))`,
]
const guardOfTransport: readonly Replacement[] = [
  [/^const mcp = protect\(.*\n\n/m, ''],
  [
    /^createServer[\s\S]*$/m,
    `createServer(async (req, res) => {
  const path = req.url?.split('?')[0]
  if (path === '/mcp') await (await connected(req)).handleRequest(req, res)
  else if (path === '/mcp-health') res.end('ok')
  else res.writeHead(404).end()
}).listen(port)
`,
  ],
]

/** Where more is to be undone than one line that stands first. */
const byFolder: Readonly<Record<string, readonly Replacement[]>> = {
  hono: [guardOfApp, ['<Protected>', ''], [", { authInfo: c.get('auth') }", '']],
  h3: [guardOfApp, [', { authInfo: authOf(event) }', '']],
  fetch: [guardOfFetch('mcp.fetch(request)')],
  bun: [guardOfFetch('mcp.fetch(request)')],
  deno: [guardOfFetch('mcp.fetch(request)')],
  workerd: [guardOfFetch('mcp.fetch(request)')],
  'mcp-handler': [guardOfFetch('mcp(request)')],
  'sdk-1': guardOfTransport,
  'sdk-2': guardOfTransport,
  next: [[/^export const \{.*\n/m, 'export { mcp as DELETE, mcp as GET, mcp as POST }\n']],
  node: [
    [/^const guard = .*\n/m, ''],
    [
      /^createServer[\s\S]*$/m,
      `createServer((req, res) => {
  const path = req.url?.split('?')[0]
  if (path === '/mcp') void mcp(req, res)
  else if (path === '/mcp-health') res.end('ok')
  else res.writeHead(404).end()
}).listen(port)
`,
    ],
  ],
  fastmcp: [
    [/^function createNotes[\s\S]*?(?= {2}const notes)/m, ''],
    [/^ {2}return notes\n\}\n/m, ''],
    ['    authenticate,\n', ''],
    [/^ {2}/gm, ''],
    [/^const app = protect.*\n/m, ''],
    ['app.start', 'notes.start'],
  ],
}

/** As far as a project says what it is made of: what the framework is, under its own name, and how it is started. */
function manifestOf({ folder, instead = {} }: Framework): object {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(minimal, 'package.json'), 'utf8'))
  const { next, ...others } = { ...dependencies, ...devDependencies }
  return {
    name: `unprotected-${folder}`,
    private: true,
    type: 'module',
    scripts: { start: 'node server.ts' },
    dependencies: { ...others, ...(folder === 'next' && { next }), ...instead },
  }
}
