import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { openDatabase } from './database.ts'
import { whyNotPassword } from './password.ts'
import { readSettings } from './settings.ts'
import { createUsers } from './users.ts'

/** `npm run add-user -- NAME`, with the password on standard input: passwords on command lines are seen by everybody on the machine. */
const [name] = process.argv.slice(2)
if (name === undefined) throw new TypeError('Name the user: npm run add-user -- ada')
const password = (await text(process.stdin)).replace(/\r?\n$/, '')
const whyNot = whyNotPassword(password)
if (whyNot !== undefined) throw new TypeError(whyNot)
const { folder } = readSettings(process.env)
mkdirSync(folder, { recursive: true, mode: 0o700 })
const database = openDatabase(join(folder, 'portal.db'))
const user = await createUsers(database).add(name, password)
database.close()
if (user === undefined) throw new TypeError(`There is a user ${name} already`)
console.log(`Added ${user.name}`)
