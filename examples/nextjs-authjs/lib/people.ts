import { isPassword } from './passwords.ts'
import { prisma } from './prisma.ts'
import { store } from './store.ts'

/** Whoever has that name and password; `undefined` for nobody, and after ten tries in a minute. */
export async function personWith(username: string, password: string) {
  if ((await store().count(`sign-in:${username}`, 60)) > 10) return undefined
  const person = await prisma().user.findUnique({ where: { username } })
  const matches = await isPassword(password, person?.password ?? undefined)
  return matches && person?.disabledAt === null ? person : undefined
}

/** Whether somebody may still be signed in, and have tokens. */
export async function isActive(id: string): Promise<boolean> {
  const person = await prisma().user.findUnique({ where: { id }, select: { disabledAt: true } })
  return person !== null && person.disabledAt === null
}
