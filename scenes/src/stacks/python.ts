import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../scene.ts'
import { startSignInBeside } from './sign-in-beside.ts'
import { startServer } from './start-script.ts'

const requirements = join(import.meta.dirname, '..', '..', 'requirements.txt')
const environment = join(import.meta.dirname, '..', '..', '.work', 'python')

/** FastMCP for Python. Its sign-in server stands elsewhere; FastMCP would put a slash behind an issuer without a path, so that one has a path. */
export const python: Stack = {
  name: 'python',

  sound: ({ port, target, origin }) => ({
    challenge: `from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier
auth = RemoteAuthProvider(
    token_verifier=JWTVerifier(jwks_uri="http://127.0.0.1:${port + 1}/jwks", issuer="http://127.0.0.1:${port + 1}/realm", audience="${target}"),
    authorization_servers=["http://127.0.0.1:${port + 1}/realm"],
    base_url="${origin}",
)`,
  }),

  async start(pieces, { port, path }, folder) {
    installPython()
    const beside = await startSignInBeside(port + 1, pieces.sign_in_beside)
    writeFileSync(
      join(folder, 'server.py'),
      `from fastmcp import FastMCP
${pieces.challenge ?? ''}
mcp = FastMCP("scene", auth=auth)
${pieces.resource_metadata ?? ''}

@mcp.tool
def whoami() -> str:
    return "you"

mcp.run(transport="http", host="127.0.0.1", port=${port}, path="${path}", show_banner=False)
`,
    )
    const server = await startServer({
      command: [join(environment, 'bin', 'python'), 'server.py'],
      folder,
      port,
      limit: 60,
    })
    return {
      async stop() {
        await server.stop()
        await beside.stop()
      },
    }
  },
}

/** Where it was never installed, or where the versions have changed since. */
function installPython(): void {
  const stamp = join(environment, '.installed-requirements')
  const wanted = readFileSync(requirements, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stderr.write('Installing FastMCP for Python (scenes/)\n')
  run('python3', ['-m', 'venv', '--clear', environment])
  run(join(environment, 'bin', 'pip'), ['install', '--quiet', '--requirement', requirements])
  writeFileSync(stamp, wanted)
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`)
}
