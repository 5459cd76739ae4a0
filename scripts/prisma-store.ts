import { join } from 'node:path'
import { linkLibrary } from './library-link.ts'
import { run } from './run.ts'
import { installFolder, root } from './tools.ts'

/** `npm run prisma-store`: the example of a store over Prisma, with the packed library, against the contract on SQLite and on Postgres. */
const folder = join(root, 'examples', 'prisma-store')
installFolder(folder, 'Prisma (examples/prisma-store)')
linkLibrary(folder, 'prisma-store')
// Prisma would fetch a program from its own host, for migrations alone; to generate, it needs none, and takes any file's name for one.
const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath }
const prisma = join(folder, 'node_modules', 'prisma', 'build', 'index.js')
for (const provider of ['sqlite', 'postgresql'])
  run(process.execPath, [prisma, 'generate', '--schema', `prisma/${provider}/schema.prisma`], { cwd: folder, env })
run(process.execPath, ['--test', 'src/against-the-contract.ts'], { cwd: folder })
