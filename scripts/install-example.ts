import { join } from 'node:path'
import { installTarballs } from './check-packages.ts'
import { listExamples } from './examples/description.ts'
import { placePackages, removePackages } from './examples/place-packages.ts'
import { packAll } from './pack.ts'
import { installFolder, root } from './tools.ts'
import { workFolder } from './workspace.ts'

/** `npm run example:install -- NAME`: what its lockfile names, and the packages of this repository as users get them, since Next.js takes no sources of packages. */
const [name] = process.argv.slice(2)
const example = listExamples().find((each) => each.name === name)
if (example === undefined) throw new TypeError(`There is no example "${name}"`)
const folder = join(root, example.folder)
installFolder(folder, example.folder)
const installed = workFolder('install-example')
installTarballs(installed, packAll())
removePackages(example, folder)
placePackages(example, folder, installed)
