import { main } from './main.ts'

/** `npm run attack [-- URL …]`: see README.md. */
process.exitCode = await main(process.argv.slice(2))
