import { installClients } from './install.ts'

installClients()
// Only now: what it imports may just have been installed.
const { main } = await import('./main.ts')
// Not the exit code alone: what a part that failed has left running would keep this process, and ends with it.
process.exit(await main(process.argv.slice(2)))
