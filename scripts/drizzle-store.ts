import { join } from 'node:path'
import { linkLibrary } from './library-link.ts'
import { run } from './run.ts'
import { installFolder, root } from './tools.ts'

/** `npm run drizzle-store`: the example of a store over Drizzle, with the packed library, against the contract on Postgres. */
const folder = join(root, 'examples', 'drizzle-store')
installFolder(folder, 'Drizzle (examples/drizzle-store)')
linkLibrary(folder, 'drizzle-store')
run(process.execPath, ['--test', 'src/against-the-contract.ts'], { cwd: folder })
