import { join } from 'node:path'
import { installTarballs } from './check-packages.ts'
import { placePackages, removePackages } from './examples/place-packages.ts'
import { packAll } from './pack.ts'
import { run } from './run.ts'
import { installFolder, root, toolPath } from './tools.ts'
import { workFolder } from './workspace.ts'

/**
 * `npm run example:migrating`: what the pages on moving to Portcullis show (examples/migrating). Both sides of each move must type-check against the
 * packages as they are published; the sides run, and a client that signed in before goes through the move.
 */
const folder = join(root, 'examples', 'migrating')
installFolder(folder, 'examples/migrating')
const installed = workFolder('migrating')
installTarballs(
  installed,
  packAll().filter(({ manifest }) => manifest.name === '@portcullis/auth'),
)
removePackages({}, folder) // what was placed before may be older
placePackages({}, folder, installed)
for (const project of ['.', 'mcp-auth', 'workers-oauth-provider'])
  run(process.execPath, [toolPath('tsc'), '--noEmit', '-p', join(folder, project)], { cwd: root })
run(process.execPath, ['--test', 'test/*.test.ts'], { cwd: folder })
