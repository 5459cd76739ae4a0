/** Whether `url` names this machine: `localhost`, its subdomains, 127.0.0.0/8 or [::1] (RFC 8252 §7.3, RFC 6761 §6.3). */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  )
}

/** Whether what comes from `url` comes from whom it names: https, or http on loopback. */
export function isSecureUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
}

/**
 * Why `text` cannot be the identifier of a resource or an issuer, as the end of a sentence that begins with its name; `undefined` when it can.
 * Absolute, https (http on loopback only), without user information, query and fragment (RFC 8414 §2, RFC 9728 §1.2).
 */
export function whyNotIdentifier(text: string): string | undefined {
  // A password that stands in it is shown by no branch, not even where it makes no URL (law 11).
  if (!URL.canParse(text)) return `must be an absolute URL, but is "${text.replace(/\/\/[^/?#]*@/g, '//[redacted]@')}"`
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `must be an https URL, but is "${text}"`
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname))
    return `must be https unless its host is loopback, but is "${text}"`
  if (text.includes('#')) return 'must not have a fragment'
  if (text.includes('?')) return 'must not have a query'
  if (url.href !== text && url.href !== `${text}/`)
    return `must be written in its canonical form "${url.href}", but is "${text}"`
  return undefined
}

/** Throws `TypeError` for an option that cannot be such an identifier. */
export function requireIdentifier(option: string, text: string): void {
  const whyNot = whyNotIdentifier(text)
  if (whyNot !== undefined) throw new TypeError(`"${option}" ${whyNot}`)
}

/** Whether two identifiers, of resources or of issuers, are the same: the same string, save that an origin may stand with or without its slash (RFC 3986 §6.2.3). */
export function sameIdentifier(a: string, b: string): boolean {
  return a === b || withoutOriginSlash(a) === withoutOriginSlash(b)
}

/** The origin of an identifier, as `URL` has it. */
export function originOf(identifier: string): string {
  return new URL(identifier).origin
}

/** The path of an identifier; empty for an origin, with or without its slash. */
export function pathOf(identifier: string): string {
  const { pathname } = new URL(identifier)
  return pathname === '/' ? '' : pathname
}

function withoutOriginSlash(identifier: string): string {
  return identifier.endsWith('/') && /^[a-z][a-z0-9+.-]*:\/\/[^/]+\/$/i.test(identifier)
    ? identifier.slice(0, -1)
    : identifier
}
