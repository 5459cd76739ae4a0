import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../scripts/run.ts'
import { interopFolder, workFolder } from '../folders.ts'
import { hasProgram } from './has-program.ts'
import { standAt } from './listening.ts'
import type { UpstreamKind } from './upstream.ts'

const folder = join(interopFolder, 'upstreams', 'go')

/** The official Go SDK. */
export const go: UpstreamKind = {
  name: 'go',
  configuration: '',
  scopes: ['mcp'],
  tools: ['whoami'],
  stand: (upstream, name) => standAt('/mcp', upstream, name),
  async prepare() {
    if (!hasProgram('go', ['version'])) return { missing: 'there is no go' }
    const binary = join(workFolder, 'go-upstream')
    // The toolchain that is there, or none: Go would fetch another by itself.
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' }
    run('go', ['build', '-o', binary, '.'], { cwd: folder, env, quiet: true })
    const version = /go-sdk v(\S+)/.exec(readFileSync(join(folder, 'go.mod'), 'utf8'))?.[1]
    return { version, command: [binary], env: {} }
  },
}
