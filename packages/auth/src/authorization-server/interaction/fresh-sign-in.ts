import type { Parameters } from '../../protocol/parameters.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { SignedIn } from './interaction.ts'

/**
 * Whether the person proved who they are as lately as the request wants (`prompt=login`, `max_age`; OIDC Core 3.1.2.1). The browser goes to sign in
 * and comes back with the same request, and with the time at which it first came, sealed for this very request: going back without signing in
 * leads to sign-in again. Who changes the request itself has another request; a client that must know looks at `auth_time` of its token.
 */

/** The parameter of the return address in which the seal stands. */
export const beganParameter = 'began'

/** When a request first came here, as its seal says. */
export interface Began {
  /** Seconds since the epoch. */
  at: number
  /** The browser was sent to sign in for it, and whoever came back has chosen who they are. */
  wasSent: boolean
}

/** What the person is asked at sign-in beside who they are. */
export interface SignInWanted {
  /** They prove anew who they are. */
  again: boolean
  /** They choose who they are. */
  selectAccount: boolean
}

/** Whether the person has to prove anew who they are, or to choose, signed in or not. */
export function signInWanted(
  { prompt, maxAge }: AuthorizationRequest,
  signedIn: SignedIn | undefined,
  began: Began | undefined,
  now: number,
): SignInWanted | undefined {
  const age = signedIn === undefined ? Number.POSITIVE_INFINITY : now - signedIn.authTime
  const mustBeFresh = prompt.has('login') || (maxAge !== undefined && age > maxAge)
  const again = mustBeFresh && (signedIn === undefined || began === undefined || signedIn.authTime < began.at)
  const selectAccount = prompt.has('select_account') && began?.wasSent !== true
  return again || selectAccount ? { again, selectAccount } : undefined
}

/** Seals when a request first came; `parameters` are the request's, `pushedId` names it where it was pushed. */
export async function sealBegan(
  { at, wasSent }: Began,
  parameters: Parameters,
  pushedId: string | undefined,
  keys: DerivedKeys,
): Promise<string> {
  const mac = await keys.mac(keys.currentId, 'fresh sign-ins', sealInput({ at, wasSent }, parameters, pushedId))
  return `${keys.currentId}.${at}.${mac}`
}

/** What a seal says that is ours and of this request; `undefined` for any other. */
export async function openBegan(
  seal: string,
  parameters: Parameters,
  pushedId: string | undefined,
  keys: DerivedKeys,
): Promise<Began | undefined> {
  const [, keyId = '', time, mac = ''] = /^([A-Za-z0-9]{1,16})\.([1-9]\d{0,12})\.([A-Za-z0-9_-]{43})$/.exec(seal) ?? []
  for (const wasSent of [true, false]) {
    const began = { at: Number(time), wasSent }
    const isOurs = await keys.isMac(mac, keyId, 'fresh sign-ins', sealInput(began, parameters, pushedId))
    if (isOurs) return began
  }
  return undefined
}

/** The code challenge is fresh for each request of an honest client. Nothing is proved of the parameters yet: the seal says when they came, and no more. */
function sealInput({ at, wasSent }: Began, parameters: Parameters, pushedId = ''): string {
  const named = ['client_id', 'redirect_uri', 'state', 'code_challenge'].map((name) => parameters.get(name) ?? '')
  return JSON.stringify([...named, pushedId, at, wasSent])
}
