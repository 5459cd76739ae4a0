import type { Person } from './person.ts'
import { type Reachable, send } from './send.ts'
import type { Server } from './server.ts'

export interface Account {
  userName: string
  password: string
}

export const ada: Account = { userName: 'ada', password: 'correct horse battery' }

/** The account behind a one-time link, made without looking at the pages: other tests do. */
export async function makeAccount(server: Reachable, link: string, { userName, password }: Account): Promise<Account> {
  const { pathname, searchParams } = new URL(link)
  const token = searchParams.get('token') ?? ''
  const { status } = await send(server, pathname, {
    headers: { origin: server.origin },
    body: new URLSearchParams({ token, user_name: userName, password, again: password }),
  })
  if (status !== 303) throw new Error(`No account could be made: ${status}`)
  return { userName, password }
}

/** Another account of the server, by an invitation. */
export async function inviteAccount(server: Server, userName: string): Promise<Account> {
  const { link } = await server.command('users', 'invite')
  return makeAccount(server, String(link), { userName, password: ada.password })
}

/** Signs in by the page. */
export async function signIn(
  person: Person,
  { origin }: Pick<Server, 'origin'>,
  { userName, password }: Account = ada,
): Promise<void> {
  await person.open(`${origin}/account/sign-in`)
  await person.submit('Sign in', { 'User name': userName, Password: password })
}
