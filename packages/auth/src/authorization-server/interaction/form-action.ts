/**
 * What a `form-action` policy must allow beside our own origin so that the redirect after the form is not blocked.
 * Chromium checks the whole chain of redirects, and a client's callback may send the browser on: to https, or to where it itself runs.
 */
export function formActionSources(redirectUri: string): readonly string[] {
  const { protocol, hostname } = new URL(redirectUri)
  if (protocol === 'https:') return ['https:']
  if (hostname === '[::1]') return ['https:', 'http:'] // no source expression names an IPv6 address (CSP 3 §2.3.1)
  if (protocol === 'http:') return ['https:', 'http://localhost:*', 'http://127.0.0.1:*']
  return ['https:', protocol]
}
