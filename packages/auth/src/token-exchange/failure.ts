import { printable } from '../protocol/parameters.ts'
import { TokenExchangeError } from './token-exchange-error.ts'

const longestDescription = 300
const outages = ['temporarily_unavailable', 'server_error', 'slow_down']
/** What the person can mend by signing in anew (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6 as Entra ID uses it). */
const ofPerson = ['invalid_grant', 'invalid_token', 'interaction_required', 'login_required', 'consent_required']
/** RFC 8693 §2.2.2 has `invalid_request` for a subject token that has ended as well as for a request that is wrong: only the words tell. */
const saysEnded = /\b(ended|expired|not valid|invalid token|not active|revoked|cannot be used any more)\b/i

/** What a refusal of the token endpoint means for whoever waits for the token. */
export function failureOf(
  status: number,
  answer: Record<string, unknown> | undefined,
  subjectToken: string,
): TokenExchangeError {
  const { error, error_description: description } = answer ?? {}
  const said = [error, description].filter((text) => typeof text === 'string')
  const told = toldWithout(said.join(': '), subjectToken)
  const detail = `the token endpoint answered ${status}${told === '' ? '' : `, ${told}`}`
  return new TokenExchangeError(reasonOf(status, error, description), detail)
}

function reasonOf(status: number, error: unknown, description: unknown): TokenExchangeError['reason'] {
  if (status >= 500 || status === 429 || outages.includes(String(error))) return 'unavailable'
  if (ofPerson.includes(String(error))) return 'consent_needed'
  // When in doubt it is a fault of ours: a sign-in that mends nothing would be asked for again and again.
  return error === 'invalid_request' && saysEnded.test(String(description)) ? 'consent_needed' : 'misconfigured'
}

/** What others wrote, as it may stand in a log. Law 11: it may repeat the token that they were sent. */
export function toldWithout(text: string, token: string): string {
  return printable(text.replaceAll(token, '[token]'), longestDescription)
}
