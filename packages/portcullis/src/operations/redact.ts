const mask = '[redacted]'

/** Query parameters that say nothing secret; the values of all others are masked, so that a new one is secret until it is named here. */
const harmless = new Set([
  'again',
  'client_id',
  'code_challenge_method',
  'error',
  'grant_type',
  'prompt',
  'redirect_uri',
  'resource',
  'response_mode',
  'response_type',
  'scope',
  'select',
])

/** A path or a URL with its query as a log may show it (law 11): codes, states, one-time links and all that is not known to be harmless are masked. */
export function redactTarget(target: string): string {
  const at = target.indexOf('?')
  if (at === -1) return target
  const pairs = target
    .slice(at + 1)
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      if (equals === -1) return harmless.has(pair) ? pair : mask
      const name = pair.slice(0, equals)
      if (name === 'redirect_uri') return `${name}=${withoutQuery(pair.slice(equals + 1))}`
      return harmless.has(name) ? pair : `${isPlain(name) ? name : mask}=${mask}`
    })
  return `${target.slice(0, at)}?${pairs.join('&')}`
}

/** What somebody wrote into a field as a log may show it (law 11): clients put tokens where they do not belong, and descriptions of errors quote a part. */
export function redactText(text: string): string {
  return text.replace(secretForms, mask)
}

/** Codes, device codes and refresh tokens, JWTs, and the 43 characters of a client secret, a session, or a link; cut off or not. */
const secretForms = /\b[A-Za-z0-9]{1,16}\.(?:code|refresh|device)\.[\w.-]+|\beyJ[\w.-]+|[\w-]{40,}/g

/** A redirect URI may carry anything in a query of its own. */
function withoutQuery(encoded: string): string {
  return encoded.replace(/(\?|%3f).*$/is, `?${mask}`)
}

/** Names are shown when they look like names: a secret may stand where a name goes. */
function isPlain(name: string): boolean {
  return /^[a-z_]{1,30}$/.test(name)
}
