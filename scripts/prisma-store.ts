import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { installTarballs } from './check-packages.ts'
import { packAll } from './pack.ts'
import { run } from './run.ts'
import { installFolder, root } from './tools.ts'
import { workFolder } from './workspace.ts'

/** `npm run prisma-store`: the example of a store over Prisma, with the packed library, against the contract on SQLite and on Postgres. */
const folder = join(root, 'examples', 'prisma-store')
installFolder(folder, 'Prisma (examples/prisma-store)')
linkLibrary()
// Prisma would fetch a program from its own host, for migrations alone; to generate, it needs none, and takes any file's name for one.
const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath }
const prisma = join(folder, 'node_modules', 'prisma', 'build', 'index.js')
for (const provider of ['sqlite', 'postgresql'])
  run(process.execPath, [prisma, 'generate', '--schema', `prisma/${provider}/schema.prisma`], { cwd: folder, env })
run(process.execPath, ['--test', 'src/against-the-contract.ts'], { cwd: folder })

/** As a user has it: installed from what is published. */
function linkLibrary(): void {
  const installed = workFolder('prisma-store')
  installTarballs(
    installed,
    packAll().filter(({ manifest }) => manifest.name === '@portcullis/auth'),
  )
  const scope = join(folder, 'node_modules', '@portcullis')
  rmSync(scope, { recursive: true, force: true })
  mkdirSync(scope)
  symlinkSync(join(installed, 'node_modules', '@portcullis', 'auth'), join(scope, 'auth'), 'junction')
}
