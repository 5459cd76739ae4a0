const unreserved43to128 = /^[A-Za-z0-9\-._~]{43,128}$/
const base64urlSha256 = /^[A-Za-z0-9_-]{43}$/

/** Whether `value` has the form of a code verifier (RFC 7636 §4.1). */
export function isCodeVerifier(value: string): boolean {
  return unreserved43to128.test(value)
}

/** Whether `value` has the form of an S256 code challenge: 32 bytes as base64url (RFC 7636 §4.2). */
export function isCodeChallenge(value: string): boolean {
  return base64urlSha256.test(value)
}
