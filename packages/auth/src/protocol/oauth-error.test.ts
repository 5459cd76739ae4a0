import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OAuthError, type OAuthErrorCode } from './oauth-error.ts'

const statuses: [code: OAuthErrorCode, status: number][] = [
  ['invalid_request', 400],
  ['invalid_client', 401],
  ['invalid_grant', 400],
  ['invalid_scope', 400],
  ['invalid_target', 400],
  ['unauthorized_client', 400],
  ['unsupported_grant_type', 400],
  ['invalid_redirect_uri', 400],
  ['invalid_client_metadata', 400],
  ['access_denied', 403],
  ['invalid_token', 401],
  ['insufficient_scope', 403],
  ['server_error', 500],
  ['temporarily_unavailable', 503],
]
for (const [code, status] of statuses) {
  test(`RS-15 RS-16 ${code} has the status ${status}`, () => {
    assert.equal(new OAuthError(code, 'A sentence').status, status)
  })
}

test('law 11: the cause of an error is kept, and is no part of what is sent', () => {
  const cause = new Error('the text of a database')

  const error = new OAuthError('invalid_grant', 'The code has expired', { cause })

  assert.equal(error.cause, cause)
  assert.equal(error.message, 'The code has expired')
  assert.ok(error instanceof Error && error.name === 'OAuthError')
  assert.doesNotMatch(JSON.stringify(error), /database/)
})
