import { shownText } from '../protocol/shown-text.ts'

/** Why a sign-in through an identity provider came to nothing. */
export type SignInRefusal =
  /** This browser began no such sign-in, or it is over: a forged callback, another browser, a reload, cookies that are not kept. */
  | 'no_transaction'
  /** It took longer than ten minutes. */
  | 'expired'
  /** The answer is of another identity provider than the one that was asked (RFC 9207, RFC 9700 §4.4). */
  | 'mixed_up'
  /** The answer is none. */
  | 'malformed'
  /** The identity provider, or the person there, said no. */
  | 'denied'
  /** The identity provider wants the person to do something there first (OpenID Connect Core §3.1.2.6). */
  | 'sign_in_needed'
  /** The identity provider refuses this server: its operator has to look. */
  | 'misconfigured'
  /** The code was used before, has expired, or is not of this sign-in. */
  | 'code_refused'
  /** What was given as proof of who somebody is proves nothing. */
  | 'token_refused'
  /** The clocks are too far apart. */
  | 'clock'
  /** A fresh sign-in was asked for, and the person proved who they are long before. */
  | 'not_fresh'
  /** The person is of an organisation, tenant or domain that the identity provider's settings do not name. */
  | 'wrong_organisation'

export type SignInFact = { kind: 'refused'; reason: SignInRefusal } | { kind: 'unavailable' }

/** A sign-in that came to nothing, for a reason that its person or the operator is meant to read. Any other thrown value is a bug of ours. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure'
  readonly fact: SignInFact
  /** What the identity provider said of it, harmless and short. */
  readonly told: string | undefined

  constructor(fact: SignInFact | SignInRefusal, detail: string, options: { told?: unknown; cause?: unknown } = {}) {
    super(detail, { cause: options.cause })
    this.fact = typeof fact === 'string' ? { kind: 'refused', reason: fact } : fact
    this.told = toldText(options.told)
  }
}

/** The failure that was thrown. Throws everything else again: it is a bug of ours. */
export function requireFailure(error: unknown): SignInFailure {
  if (error instanceof SignInFailure) return error
  throw error
}

/** What an outcome tells of a failure. */
export function toldOf({ message, told }: SignInFailure): { detail: string; cause?: string } {
  return { detail: message, ...(told !== undefined && { cause: told }) }
}

/** An identity provider that is down, or answers what nobody can read. */
export function unavailable(detail: string, options: { told?: unknown; cause?: unknown } = {}): SignInFailure {
  return new SignInFailure({ kind: 'unavailable' }, detail, options)
}

/** What came as proof of who somebody is, and is none. */
export function notProved(told: string, cause?: unknown): SignInFailure {
  return new SignInFailure('token_refused', 'The identity provider’s answer does not prove who it is about', {
    told,
    cause,
  })
}

const longest = 200

/** What an identity provider wrote, as it may stand in a log and on a page; `undefined` where it wrote nothing. */
export function toldText(told: unknown): string | undefined {
  const text = typeof told === 'string' ? shownText(told.slice(0, 4 * longest)) : ''
  if (text === '') return undefined
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
