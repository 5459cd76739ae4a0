import type { Identity } from './identity.ts'
import type { SignInRefusal } from './sign-in-failure.ts'

/** What becomes of a sign-in that is to begin. */
export type Began =
  /** Where the browser is sent, and a `Set-Cookie` header each: the transaction's own, and those that make room for it. */
  | { kind: 'redirect'; location: string; setCookies: readonly string[] }
  | { kind: 'unavailable'; detail: string; cause?: string }
  /** No identity provider of that id. */
  | { kind: 'unknown' }

/** What every outcome of a callback brings along. */
interface Ended {
  /** A `Set-Cookie` header each: they remove what the browser holds of this sign-in. */
  setCookies: readonly string[]
}

/** What an outcome tells that is no sign-in. */
interface Failed extends Ended {
  /** A sentence for the person, harmless. */
  detail: string
  /** What the identity provider said, for the log: harmless and short. */
  cause?: string
  /** As `begin` was given it; absent where no transaction is known. */
  returnTo?: string
  purpose?: string
}

/** What became of a sign-in. */
export type Completed =
  | (Ended & {
      kind: 'signed_in'
      identity: Identity
      returnTo: string
      purpose?: string
      /** To be stored, and given to `recheck`: sealed, worth nothing without the server's secrets. Absent where there is nothing to ask again with. */
      upstream?: string
    })
  | (Failed & { kind: 'refused'; reason: SignInRefusal })
  | (Failed & { kind: 'unavailable' })

/** What the identity provider says of somebody who signed in before. */
export type Rechecked =
  /** `upstream` takes the place of the one before: refresh tokens rotate. */
  | { kind: 'active'; identity: Identity; upstream: string }
  /** It says no: the person is disabled, left, or took the consent back. */
  | { kind: 'ended'; detail: string; cause?: string }
  /** Nobody knows: it is down, or refuses this server and not the person. `upstream`, where it is there, takes the place of the one before all the same. */
  | { kind: 'unavailable'; detail: string; cause?: string; upstream?: string }
