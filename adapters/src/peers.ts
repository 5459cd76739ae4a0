import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installFolder } from '../../scripts/tools.ts'

/** Another library that protects MCP servers: the smallest server of its own documentation. */
export interface Peer {
  name: string
  /** Where its version stands: a package, or a line of requirements.txt. */
  package: string
  /** In adapters/peers. */
  file: string
  /** Default: Node. */
  runner?: 'workerd' | 'python'
  /** The modules that it is protected with, and what of them an unprotected server would need as well. */
  modules: readonly string[]
  except?: readonly string[]
  /** It leaves the verification of tokens to whoever uses it: the lines of verify-jwt.ts are its own. */
  verifiesNothing?: boolean
  /** It has tokens of its own kind, for which it needs nobody's keys. */
  needsNoKeys?: boolean
}

const sdk1 = '@modelcontextprotocol/sdk/server'
const verify = './verify-jwt.ts'

export const peers: readonly Peer[] = [
  {
    name: 'SDK 2, Express',
    package: '@modelcontextprotocol/server',
    file: 'sdk-2.ts',
    modules: ['@modelcontextprotocol/express', '@modelcontextprotocol/server', verify],
    except: ['createMcpExpressApp'],
    verifiesNothing: true,
  },
  {
    name: 'SDK 2, fetch',
    package: '@modelcontextprotocol/server',
    file: 'sdk-2-fetch.ts',
    modules: ['@modelcontextprotocol/server', verify],
    verifiesNothing: true,
  },
  {
    name: 'SDK 1',
    package: '@modelcontextprotocol/sdk',
    file: 'sdk-1.ts',
    modules: [`${sdk1}/auth/errors.js`, `${sdk1}/auth/middleware/bearerAuth.js`, `${sdk1}/auth/router.js`, verify],
    verifiesNothing: true,
  },
  {
    name: 'mcp-handler',
    package: 'mcp-handler',
    file: 'mcp-handler.ts',
    modules: ['mcp-handler', verify],
    verifiesNothing: true,
  },
  { name: 'mcp-auth', package: 'mcp-auth', file: 'mcp-auth.ts', modules: ['mcp-auth'] },
  { name: 'better-auth', package: '@better-auth/mcp', file: 'better-auth.ts', modules: ['@better-auth/mcp'] },
  {
    name: 'FastMCP',
    package: 'fastmcp',
    file: 'fastmcp.ts',
    modules: ['./mcp/fastmcp.ts', verify],
    verifiesNothing: true,
  },
  {
    name: '@clerk/mcp-tools',
    package: '@clerk/mcp-tools',
    file: 'clerk-mcp-tools.ts',
    modules: ['@clerk/mcp-tools/express', verify],
    except: ['streamableHttpHandler'],
    verifiesNothing: true,
  },
  {
    name: 'mcp-oauth-server',
    package: 'mcp-oauth-server',
    file: 'mcp-oauth-server.ts',
    modules: ['mcp-oauth-server'],
    except: ['MemoryOAuthServerModel'],
    needsNoKeys: true,
  },
  {
    name: 'FastMCP, Python',
    package: 'fastmcp',
    file: 'fastmcp-python/server.py',
    runner: 'python',
    modules: ['fastmcp.server.auth', 'fastmcp.server.auth.providers.jwt'],
  },
  {
    name: 'workers-oauth-provider',
    package: '@cloudflare/workers-oauth-provider',
    file: 'workers-oauth-provider/server.ts',
    runner: 'workerd',
    modules: ['@cloudflare/workers-oauth-provider', `.${verify}`],
    verifiesNothing: true,
  },
]

export const peersFolder = join(import.meta.dirname, '..', 'peers')

const environment = join(peersFolder, '.work', 'python')
const requirements = join(peersFolder, 'requirements.txt')

/** Installs them, where their versions have changed since. */
export function installPeers(): void {
  installFolder(peersFolder, 'other libraries (adapters/peers)')
  const stamp = join(environment, '.installed-requirements')
  const wanted = readFileSync(requirements, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stderr.write('Installing FastMCP for Python (adapters/peers)\n')
  run('python3', ['-m', 'venv', '--clear', environment])
  run(join(environment, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  writeFileSync(stamp, wanted)
}

export function versionOf({ package: name, runner }: Peer): string {
  if (runner === 'python') return /==(.+)/.exec(readFileSync(requirements, 'utf8'))?.[1] ?? ''
  const { version } = JSON.parse(readFileSync(join(peersFolder, 'node_modules', name, 'package.json'), 'utf8'))
  return version
}

/** What starts a peer in its folder, after what has to be built for it was built. */
export function peerCommand({ file, runner }: Peer, port: number): [command: string, ...args: string[]] {
  if (runner === 'python') return [join(environment, 'bin', 'python'), file]
  if (runner === undefined) return [process.execPath, file]
  const folder = join(file, '..')
  run(binOf('esbuild'), [
    file,
    '--bundle',
    '--format=esm',
    '--conditions=workerd,worker',
    '--external:cloudflare:workers',
    `--outfile=${folder}/server.js`,
    '--log-level=error',
  ])
  return [binOf('workerd'), 'serve', `${folder}/config.capnp`, `--socket-addr=http=127.0.0.1:${port}`]
}

function binOf(tool: string): string {
  return join(peersFolder, 'node_modules', '.bin', tool)
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: peersFolder, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`)
}
