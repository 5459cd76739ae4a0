import { startNotes } from './notes.ts'

const { url } = await startNotes({ port: Number(process.env.PORT ?? 3000), log: console.log })
console.log(`Notes without any sign-in, for this machine alone: ${url}`)
