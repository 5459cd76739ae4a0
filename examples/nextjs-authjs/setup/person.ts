import { randomBytes } from 'node:crypto'
import { hashPassword } from '../lib/passwords.ts'
import { openDatabase } from '../lib/prisma.ts'

/** Lets somebody sign in with a password, which is made up where none is given, and says so. */
export async function makePerson(url: string, username: string, password = randomBytes(12).toString('base64url')) {
  const database = openDatabase(url)
  await database.user.create({ data: { username, name: username, password: await hashPassword(password) } })
  await database.$disconnect()
  console.log(`Sign in as ${username}, with the password ${password}`)
}

export async function isAnybodyThere(url: string): Promise<boolean> {
  const database = openDatabase(url)
  const count = await database.user.count()
  await database.$disconnect()
  return count > 0
}
