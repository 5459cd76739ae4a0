import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../scripts/free-port.ts'
import { installFolder } from '../../scripts/tools.ts'
import { main } from './main.ts'
import { startServer } from './ours/start.ts'

/**
 * `npm run attack:peers [-- PATTERN]`: the same attacks on other authorization servers, each as its own documentation sets it up. It reads nothing
 * from the network but packages. Exits with 0 whatever comes of it: what they do is theirs to decide, and a person reads the findings first.
 */
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'peers')
installFolder(folder, 'other authorization servers (attack/peers/)')

const buttons = ['--press', 'user=alice', '--other-press', 'user=bob']
const forms = [
  '--answer',
  'login=alice',
  '--answer',
  'password=x',
  '--other-answer',
  'login=bob',
  '--other-answer',
  'password=x',
]
const peers: readonly { name: string; path: string; scope: string; signIn: readonly string[] }[] = [
  { name: 'oidc-provider', path: '', scope: 'mcp', signIn: forms },
  { name: 'better-auth', path: '/auth', scope: 'mcp offline_access', signIn: buttons },
  { name: 'workers-oauth-provider', path: '', scope: 'mcp', signIn: buttons },
]

const [pattern = '.'] = process.argv.slice(2)
for (const { name, path, scope, signIn } of peers) {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  console.log(`\n=== ${name}`)
  const stop = await startServer([join(folder, 'src', `${name}.ts`), String(port)], folder, origin)
  await main([
    `${origin}${path}`,
    '--resource',
    `${origin}/mcp`,
    '--scope',
    scope,
    '--flood',
    ...signIn,
    '--only',
    pattern,
  ]).finally(stop)
}
