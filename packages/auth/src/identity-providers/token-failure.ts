import * as oauth from 'oauth4webapi'
import { notProved, SignInFailure, toldText, unavailable } from './sign-in-failure.ts'

/** What was presented to the identity provider when it failed. */
export type Presented = 'request' | 'code' | 'refresh token' | 'access token'

/** An error of the library, as a fact about the sign-in. What is neither of the library nor ours is a bug, and stays what it is. */
export function failureOf(error: unknown, presented: Presented): unknown {
  if (error instanceof SignInFailure) return error
  if (error instanceof oauth.ResponseBodyError) return refusedBy(error, presented)
  if (error instanceof oauth.WWWAuthenticateChallengeError) return challengedBy(error, presented)
  if (error instanceof oauth.OperationProcessingError) return processingFailure(error)
  if (error instanceof oauth.UnsupportedOperationError) return notProved(error.message, error)
  return error
}

/** Answers of the token endpoint (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6). */
function refusedBy(error: oauth.ResponseBodyError, presented: Presented): SignInFailure {
  const told = saidOf(error.error, error.error_description)
  switch (error.error) {
    case 'invalid_grant':
    case 'bad_verification_code': // GitHub
    case 'bad_refresh_token': // GitHub
    case 'interaction_required': // Entra ID, where a policy wants the person to do something there
    case 'login_required':
    case 'consent_required':
      return new SignInFailure('code_refused', `The identity provider does not accept the ${presented}`, { told })
    case 'unverified_user_email': // GitHub
      return new SignInFailure('denied', 'GitHub signs nobody in whose primary e-mail address is not verified there', {
        told,
      })
    case 'not_allowed': // Keycloak, to people without the realm role of that name
      return new SignInFailure(
        'misconfigured',
        'The identity provider gives you no offline token: its operator has to look',
        {
          told: `${told}. Give people the realm role "offline_access", or set "offlineAccess" to false`,
        },
      )
    case 'temporarily_unavailable':
    case 'server_error':
    case 'slow_down':
      return unavailable('The identity provider cannot answer now', { told })
    default:
      return refusesUs({ told })
  }
}

/** A `WWW-Authenticate` challenge: the client's secret is wrong, or the access token is. */
function challengedBy(error: oauth.WWWAuthenticateChallengeError, presented: Presented): SignInFailure {
  const told = error.cause.map(({ parameters }) => parameters.error_description ?? parameters.error ?? '').join(' ')
  return presented === 'access token'
    ? new SignInFailure('code_refused', 'The identity provider does not accept the access token', {
        told,
        cause: error,
      })
    : refusesUs({ told, cause: error })
}

function processingFailure(error: oauth.OperationProcessingError): SignInFailure {
  if (error.code === oauth.JWT_TIMESTAMP_CHECK)
    return new SignInFailure(
      'clock',
      'The identity provider’s answer is not of this time: one of the clocks is wrong',
      {
        told: error.message,
      },
    )
  if (
    error.code === oauth.RESPONSE_IS_NOT_CONFORM ||
    error.code === oauth.RESPONSE_IS_NOT_JSON ||
    error.code === oauth.PARSE_ERROR
  )
    return unavailable('The identity provider answered something else', { told: error.message })
  return notProved(error.message)
}

/** Error answers of the authorization endpoint (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6). */
export function answeredError(code: string, description: string | undefined): SignInFailure {
  const told = saidOf(code, description)
  switch (code) {
    case 'access_denied':
    case 'user_cancelled_authorize':
    case 'user_cancelled_login': {
      const said = toldText(description)
      return new SignInFailure(
        'denied',
        `The identity provider did not sign you in${said === undefined ? '' : `. It says: “${said}”`}`,
        { told },
      )
    }
    case 'login_required':
    case 'interaction_required':
    case 'account_selection_required':
    case 'consent_required':
      return new SignInFailure('sign_in_needed', 'The identity provider wants you to sign in there first', { told })
    case 'server_error':
    case 'temporarily_unavailable':
      return unavailable('The identity provider cannot answer now', { told })
    default:
      return refusesUs({ told })
  }
}

function saidOf(code: string, description: string | undefined): string {
  return description === undefined ? code : `${code}: ${description}`
}

/** It knows this server, and wants something else of it. */
function refusesUs(options: { told: string; cause?: unknown }): SignInFailure {
  return new SignInFailure(
    'misconfigured',
    'The identity provider refuses this server: its operator has to look',
    options,
  )
}
