import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../../scripts/run.ts'
import { interopFolder, workFolder } from '../folders.ts'
import { hasProgram } from './has-program.ts'
import { standAt } from './listening.ts'
import type { UpstreamKind } from './upstream.ts'

const folder = join(interopFolder, 'upstreams', 'python')
const environment = join(workFolder, 'python')

/** The official Python SDK, in a virtual environment of its own. */
export const python: UpstreamKind = {
  name: 'python',
  configuration: '',
  scopes: ['mcp'],
  tools: ['whoami'],
  stand: (upstream, name) => standAt('/mcp', upstream, name),
  async prepare() {
    if (!hasProgram('python3', ['-m', 'venv', '--help'])) return { missing: 'there is no python3 with venv' }
    const requirements = readFileSync(join(folder, 'requirements.txt'), 'utf8')
    const stamp = join(environment, 'installed-requirements.txt')
    if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== requirements) {
      run('python3', ['-m', 'venv', '--clear', environment], { cwd: folder, quiet: true })
      const install = ['install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt']
      run(join(environment, 'bin', 'pip'), install, { cwd: folder, quiet: true })
      writeFileSync(stamp, requirements)
    }
    return {
      version: /^mcp==(.*)$/m.exec(requirements)?.[1],
      command: [join(environment, 'bin', 'python'), join(folder, 'server.py')],
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    }
  },
}
