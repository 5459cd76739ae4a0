import { isLoopbackHost } from './resource.ts'

/**
 * What became of a redirect URI that a client wants to register (law 4).
 * - `accepted`: https, http on loopback, or a private-use scheme (RFC 8252 §7).
 * - `unsupported`: harmless but not taken; the other URIs of the registration may stand.
 * - `forbidden`: a scheme that can run script or read; the whole registration is refused.
 */
export type RedirectUriVerdict =
  | { kind: 'accepted'; form: 'https' | 'loopback' | 'private-use' }
  | { kind: 'unsupported'; reason: string }
  | { kind: 'forbidden'; reason: string }

/** What browsers themselves run or read, and their own pages. */
const schemesOfBrowsers = [
  'about:',
  'blob:',
  'brave:',
  'chrome:',
  'chrome-extension:',
  'content:',
  'data:',
  'devtools:',
  'edge:',
  'feed:',
  'file:',
  'filesystem:',
  'googlechrome:',
  'googlechromes:',
  'intent:',
  'jar:',
  'javascript:',
  'livescript:',
  'mhtml:',
  'moz-extension:',
  'opera:',
  'resource:',
  'safari-extension:',
  'safari-web-extension:',
  'vbscript:',
  'view-source:',
  'vivaldi:',
  'wyciwyg:',
]

/** What operating systems hand to programs that run, install, mount, call or send: their handlers were holes before, and no client is behind them. */
const schemesOfSystems = [
  'afp:',
  'android-app:',
  'applescript:',
  'apt:',
  'callto:',
  'dav:',
  'davs:',
  'facetime:',
  'facetime-audio:',
  'geo:',
  'gopher:',
  'hcp:',
  'help:',
  'irc:',
  'ircs:',
  'its:',
  'itms:',
  'ldap:',
  'ldaps:',
  'magnet:',
  'mailto:',
  'market:',
  'mk:',
  'mms:',
  'news:',
  'nfs:',
  'nntp:',
  'rdp:',
  'res:',
  'rlogin:',
  'search:',
  'search-ms:',
  'sftp:',
  'shell:',
  'shortcuts:',
  'sip:',
  'sips:',
  'skype:',
  'smb:',
  'sms:',
  'smsto:',
  'ssh:',
  'steam:',
  'tel:',
  'telnet:',
  'tn3270:',
  'vnc:',
  'webcal:',
  'x-help-script:',
  'x-man-page:',
  'xmpp:',
]
const forbiddenSchemes = new Set([...schemesOfBrowsers, ...schemesOfSystems])
/** Whole families of the same: `ms-msdt:`, `ms-word:`, `microsoft-edge:`, `itms-services:`, `x-apple.systempreferences:`. */
const forbiddenFamilies = /^(ms-|microsoft-|itms-|x-apple[.-])/

/** What an answer brings (RFC 6749 §4.1.2, RFC 9207 §2): where the URI had one already, clients would read the wrong one, `iss` above all. */
const answerParameters = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response']

/** Judges one redirect URI of a registration (RFC 6749 §3.1.2, RFC 8252 §7 and §8.4). */
export function judgeRedirectUri(uri: string): RedirectUriVerdict {
  // Browsers drop tabs, newlines and leading controls before they read a scheme: judge what they would read.
  const asBrowsersRead = uri.replace(/[\t\n\r]/g, '').replace(/^[^\x21-\u{10FFFF}]+/u, '')
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(asBrowsersRead)?.[0].toLowerCase()
  if (scheme !== undefined && (forbiddenSchemes.has(scheme) || forbiddenFamilies.test(scheme)))
    return { kind: 'forbidden', reason: `the scheme "${scheme}" can run or read` }
  if (!/^[\x21-\x7E]+$/.test(uri)) return unsupported('it has characters that no URI has')
  if (scheme === undefined || !URL.canParse(uri)) return unsupported('it is not an absolute URI')
  const url = new URL(uri)
  if (uri.includes('#')) return unsupported('it has a fragment')
  if (url.username !== '' || url.password !== '' || /^[^/?]*\/\/[^/?]*@/.test(uri))
    return unsupported('it has user information')
  if (uri.includes('*')) return unsupported('it has a wildcard')
  if (/["'<>\\^`{|}]/.test(uri)) return unsupported('it has characters that no URI has')
  if (/^[a-z]:/i.test(uri)) return unsupported('its scheme is one letter, which Windows takes for a drive')
  if (answerParameters.some((name) => url.searchParams.has(name)))
    return unsupported('its query has a parameter that the answer brings')
  // Parsers mend `https:host` and `https:///host`; what stands in a Location header must mean the same to all.
  if (url.protocol === 'https:' && !/^https:\/\/[^/?]/i.test(uri)) return unsupported('it has no host')
  if (url.protocol === 'https:') return { kind: 'accepted', form: 'https' }
  if (url.protocol === 'http:') {
    if (isLoopbackRedirect(uri)) return { kind: 'accepted', form: 'loopback' }
    return unsupported('plain http is for localhost, 127.0.0.1 and [::1] only')
  }
  if (['ftp:', 'ws:', 'wss:'].includes(url.protocol))
    return unsupported(`the scheme "${url.protocol}" takes no redirect`)
  return { kind: 'accepted', form: 'private-use' }
}

/**
 * Whether a presented redirect URI is a registered one: the same string, save that for `http` on loopback
 * the port is free, scheme, host, path and query being the same (RFC 8252 §7.3; `localhost` is not `127.0.0.1`).
 */
export function matchesRedirectUri(presented: string, registered: string): boolean {
  if (presented === registered) return true
  if (!isLoopbackRedirect(presented) || !isLoopbackRedirect(registered)) return false
  return withoutPort(presented) === withoutPort(registered)
}

/** The host that a consent page shows: where the code will be sent. The whole URI for a private-use scheme. */
export function redirectDestination(uri: string): string {
  const { protocol, host } = new URL(uri)
  return protocol === 'https:' || protocol === 'http:' ? host : uri
}

/** Whether a redirect to this URI proves who receives it: https does, except on loopback; private-use schemes do not (RFC 8252 §8.6). */
export function provesIdentity(uri: string): boolean {
  return uri.startsWith('https://') && !isLoopbackHost(new URL(uri).hostname.replace(/\.$/, ''))
}

const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(?=[/?]|$)/

function isLoopbackRedirect(uri: string): boolean {
  return loopback.test(uri) && URL.canParse(uri) // five digits may still be no port
}

function withoutPort(uri: string): string {
  return uri.replace(loopback, (_, host) => `http://${host}`)
}

function unsupported(reason: string): RedirectUriVerdict {
  return { kind: 'unsupported', reason }
}
