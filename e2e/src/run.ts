import { installSuite } from './install.ts'

installSuite()
// Only now: what it imports may just have been installed.
const { main } = await import('./main.ts')
process.exitCode = await main(process.argv.slice(2))
