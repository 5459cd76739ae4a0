import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installTarballs } from './check-packages.ts'
import { type Example, listExamples } from './examples/description.ts'
import { placePackages, removePackages } from './examples/place-packages.ts'
import { packAll } from './pack.ts'
import { installFolder, root } from './tools.ts'
import { workFolder } from './workspace.ts'

/** `npm run example:install -- NAME`: what its lockfile names, and the packages of this repository as users get them, since Next.js takes no sources of packages. */
const [name] = process.argv.slice(2)
const described = listExamples().find((each) => each.name === name)
// One that is no application of its own has no description.
const example: Pick<Example, 'folder' | 'packages' | 'examples'> = described ?? {
  folder: join('examples', String(name)),
}
const folder = join(root, example.folder)
if (name === undefined || !existsSync(join(folder, 'package.json'))) {
  console.error(
    `There is no example "${name}": npm run example:install -- NAME, with the name of a folder in examples/`,
  )
  process.exit(2)
}
installFolder(folder, example.folder)
const installed = workFolder('install-example')
installTarballs(installed, packAll())
removePackages(example, folder)
placePackages(example, folder, installed)
