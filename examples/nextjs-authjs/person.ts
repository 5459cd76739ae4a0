import { prepareEnvironment } from './setup/environment.ts'
import { makePerson } from './setup/person.ts'

/** `npm run person -- NAME`: somebody more who may sign in. */
const [username] = process.argv.slice(2)
if (username === undefined) throw new Error('Say who: npm run person -- ada')
prepareEnvironment()
await makePerson(process.env.DATABASE_URL ?? '', username)
