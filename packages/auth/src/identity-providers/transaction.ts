import { sameHash } from '../authorization-server/clients/secret-hash.ts'
import { randomText } from '../authorization-server/tokens/base64url.ts'
import { openText, type SealedFor, sealText } from '../authorization-server/tokens/sealed-text.ts'
import type { ResolvedSignInOptions } from './config.ts'
import { cookieName, cookiesOf, formatCookie, formatRemoval, roomFor } from './transaction-cookies.ts'

/** A sign-in on its way. Nothing of it is stored here: the browser that began it holds it, sealed, in a cookie of its own. */
export interface Transaction {
  identityProvider: string
  /** `state` of the request: it names the cookie, and holds what only that cookie knows. */
  state: string
  nonce: string
  verifier: string
  returnTo: string
  purpose?: string
  /** A fresh sign-in was asked for. */
  again?: true
  /** Seconds since the epoch. */
  began: number
}

/** Seconds that a person has for signing in. */
export const transactionLifetime = 600

export type Found =
  | { kind: 'found'; transaction: Transaction; setCookies: readonly string[] }
  | { kind: 'none'; setCookies: readonly string[] }

/** A `state` for a new transaction: the part before the dot names its cookie. */
export function newState(): string {
  return `${randomText(9)}.${randomText(16)}`
}

/** The cookies that begin a transaction in a browser; `undefined` where it is more than one cookie holds. */
export async function keepTransaction(
  transaction: Transaction,
  request: Request | undefined,
  { keys, origin }: Pick<ResolvedSignInOptions, 'keys' | 'origin'>,
): Promise<readonly string[] | undefined> {
  const sealed = await sealText(JSON.stringify(transaction), sealedFor(origin), keys)
  const name = cookieName(origin, nameOf(transaction.state))
  const removed = roomFor({ name, value: sealed }, request, origin)
  return (
    removed && [
      ...removed.map((each) => formatRemoval(each, origin)),
      formatCookie(name, sealed, transactionLifetime, origin),
    ]
  )
}

/** The transaction that a callback's `state` belongs to, if this browser began it; and what removes it from the browser. */
export async function findTransaction(
  state: string,
  request: Request,
  { keys, origin }: Pick<ResolvedSignInOptions, 'keys' | 'origin'>,
): Promise<Found> {
  const name = cookieName(origin, nameOf(state))
  const value = cookiesOf(request).find((cookie) => cookie.name === name)?.value
  const opened = value === undefined ? undefined : await openText(value, sealedFor(origin), keys)
  if (opened === undefined)
    return { kind: 'none', setCookies: value === undefined ? [] : [formatRemoval(name, origin)] }
  const transaction = JSON.parse(opened.text) as Transaction // only what we sealed ourselves opens
  // Who does not know the state does not end the sign-in of who does.
  if (!sameHash(state, transaction.state)) return { kind: 'none', setCookies: [] }
  return { kind: 'found', transaction, setCookies: [formatRemoval(name, origin)] }
}

function nameOf(state: string): string {
  return state.slice(0, state.indexOf('.'))
}

function sealedFor(origin: string): SealedFor {
  return { use: 'sign-in transactions', boundTo: origin }
}
