import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodeChallenge, isCodeVerifier } from './pkce.ts'

const verifiers: [what: string, value: string, is: boolean][] = [
  ['43 characters, the fewest', 'a'.repeat(43), true],
  ['128 characters, the most', 'a'.repeat(128), true],
  ['every character that is allowed', `${'a'.repeat(40)}AZ09-._~`, true],
  ['42 characters', 'a'.repeat(42), false],
  ['129 characters', 'a'.repeat(129), false],
  ['a character of base64', `${'a'.repeat(43)}+`, false],
  ['padding', `${'a'.repeat(43)}=`, false],
  ['a line break at the end', `${'a'.repeat(43)}\n`, false],
  ['nothing', '', false],
]
for (const [what, value, is] of verifiers) {
  test(`AS-30 a code verifier of ${what} ${is ? 'is' : 'is not'} one (RFC 7636 §4.1)`, () => {
    assert.equal(isCodeVerifier(value), is)
  })
}

const challenges: [what: string, value: string, is: boolean][] = [
  ['the example of RFC 7636 Appendix B', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', true],
  ['42 characters', 'a'.repeat(42), false],
  ['44 characters', 'a'.repeat(44), false],
  ['padding', `${'a'.repeat(42)}=`, false],
  ['a character of base64 that is not of base64url', `${'a'.repeat(42)}/`, false],
  ['a character that a plain verifier may have', `${'a'.repeat(42)}~`, false],
  ['a line break at the end', `${'a'.repeat(43)}\n`, false],
]
for (const [what, value, is] of challenges) {
  test(`AS-30 a code challenge of ${what} ${is ? 'is' : 'is not'} one (RFC 7636 §4.2)`, () => {
    assert.equal(isCodeChallenge(value), is)
  })
}
