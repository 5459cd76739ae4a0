import { whyNotFromOwnMachine } from '@portcullis/auth/protocol'
import { currentRequest } from '../operations/request-context.ts'
import type { AccountRecord } from '../store/records.ts'
import { type Account, updateAccount } from './accounts.ts'
import type { AccountsContext, EndGrants } from './context.ts'

/** Who can sign in by one click under `--dev`. */
export const testUsers = ['alice', 'bob'] as const

export interface DevSignInOptions {
  /** Whether it was asked for at all. */
  dev: boolean
  /** The origin of the public URL. */
  origin: string
}

/**
 * Whether dev sign-in counts for this request: listener, peer, host and public URL are loopback, the origin is ours, and nothing came between
 * (law 10): no headers of a proxy, and what each proxy makes anew, version and connection, as browsers have it. It is asked of every request, for the buttons, for their use, and for each session that began with one.
 */
export function allowsDevSignIn(request: Request, { dev, origin }: DevSignInOptions): boolean {
  if (!dev) return false
  const { peerAddress: remoteAddress, localAddress, httpVersion } = currentRequest() ?? {}
  return (
    whyNotFromOwnMachine({ headers: request.headers, remoteAddress, localAddress }, origin) === undefined &&
    httpVersion === '1.1' &&
    // Whoever is behind a proxy writes all headers but this one, which is for the proxy; what proxies write there is not this.
    request.headers.get('connection') === 'keep-alive'
  )
}

/** The account of a test user, made when first needed. It has no password and no user name, so nobody can sign in to it otherwise. */
export async function testAccount(
  { store, now }: Pick<AccountsContext, 'store' | 'now'>,
  name: (typeof testUsers)[number],
): Promise<Account> {
  const id = `test-${name}`
  for (;;) {
    const account = await store.get('account', id)
    if (account !== undefined) return account
    const value: AccountRecord = { userName: name, role: 'member', createdAt: now(), sessionEpoch: 0 }
    await store.commit([{ kind: 'account', id, version: 'absent', value, index: { all: 'all' } }])
  }
}

/** Whether an account is a test user's. */
export function isTestAccount(accountId: string): boolean {
  return testUsers.some((name) => accountId === `test-${name}`)
}

/** Ends what test users left behind, for a start without `--dev`. `endGrants` ends a subject's grants. */
export async function retireTestUsers(context: Pick<AccountsContext, 'store'>, endGrants: EndGrants): Promise<void> {
  for (const name of testUsers) {
    const id = `test-${name}`
    const account = await updateAccount(context, id, (current) => ({
      ...current,
      sessionEpoch: current.sessionEpoch + 1,
    }))
    if (account !== undefined) await endGrants(id)
  }
}
