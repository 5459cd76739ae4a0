import type { Identity } from '@portcullis/auth/identity-providers'
import { whyNotUserName } from './user-name.ts'

const longest = 64
const mostNumbers = 99

/**
 * Names for the account of somebody new, the best first: the one that the identity provider prefers, or a verified e-mail address, or what can be made of
 * the name. Where one is taken, a number comes behind it. A name that looks like an e-mail address is taken only where that is verified: it may be
 * how others know somebody else.
 */
export function* userNamesFor(identity: Pick<Identity, 'userName' | 'email' | 'name'>): Generator<string> {
  const base = baseOf(identity)
  yield base
  for (let number = 2; number <= mostNumbers; number += 1) {
    const ending = `-${number}`
    yield `${base.slice(0, longest - ending.length)}${ending}`
  }
}

function baseOf({ userName, email, name }: Pick<Identity, 'userName' | 'email' | 'name'>): string {
  const verified = email?.isVerified ? email.address : undefined
  const preferred =
    userName !== undefined && isAddress(userName) && userName.toLowerCase() !== verified?.toLowerCase()
      ? beforeSign(userName)
      : userName
  const candidates = [preferred, verified, email && beforeSign(email.address), name?.trim().replace(/\s+/g, '.')]
  return candidates.find((each) => each !== undefined && whyNotUserName(each) === undefined) ?? 'user'
}

function isAddress(text: string): boolean {
  return text.includes('@')
}

function beforeSign(address: string): string {
  return address.slice(0, address.indexOf('@'))
}
