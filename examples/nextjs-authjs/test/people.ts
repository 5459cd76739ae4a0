import { randomBytes } from 'node:crypto'
import type { Application } from './application.ts'

/** Somebody who may sign in. */
export interface Account {
  id: string
  username: string
  password: string
}

/** Somebody new. */
export async function addAccount(application: Application): Promise<Account> {
  const { hashPassword } = await import('../lib/passwords.ts')
  const username = `p${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const data = { username, name: username, password: await hashPassword(password) }
  const { id } = await onDatabase(application, (database) => database.user.create({ data }))
  return { id, username, password }
}

/** Does something with the application's database, behind its back. */
export async function onDatabase<Result>(
  { databaseUrl }: Application,
  act: (database: ReturnType<typeof import('../lib/prisma.ts').openDatabase>) => Promise<Result>,
): Promise<Result> {
  const { openDatabase } = await import('../lib/prisma.ts') // generated when the application started
  const database = openDatabase(databaseUrl)
  try {
    return await act(database)
  } finally {
    await database.$disconnect()
  }
}
