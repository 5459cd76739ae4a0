import { BusyError } from '../accounts/bounded-queue.ts'
import { type SignInOutcome, signIn } from '../accounts/sign-in.ts'
import type { PagesContext } from './context.ts'

/** Why an attempt proved nothing. */
export type Refusal = Exclude<SignInOutcome, { kind: 'proved' }> | { kind: 'busy'; account?: undefined }

/** Proves who a person is by name and password; too many people at once are an outcome, too. */
export async function attemptSignIn(
  attempt: Parameters<typeof signIn>[1],
  { accounts }: PagesContext,
): Promise<SignInOutcome | Refusal> {
  try {
    return await signIn(accounts, attempt)
  } catch (cause) {
    if (cause instanceof BusyError) return { kind: 'busy' }
    throw cause
  }
}

/** What the person is told. */
export function refusalOf(refusal: Refusal): { status: number; message: string } {
  switch (refusal.kind) {
    case 'wrong':
      return { status: 422, message: 'The user name or the password is not right.' }
    case 'disabled':
      return { status: 403, message: 'This account is disabled. Ask whoever runs this server.' }
    case 'too_many':
      return {
        status: 429,
        message: `There were too many attempts that failed. Wait ${minutesOf(refusal.retryAfter)} and try again, or ask whoever runs this server for a link to set a new password ("portcullis users reset"): it works at once, and your applications must connect anew.`,
      }
    case 'busy':
      return { status: 503, message: 'Many people are signing in right now. Try again in a moment.' }
    default:
      return refusal satisfies never
  }
}

/** `a minute`, `7 minutes`. */
export function minutesOf(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
