/** Which authorization servers rmcp goes to (`is_allowed_authorization_server_metadata_url`): none on this machine or network, but from a server that is on this machine itself. */
export function isAllowedAuthorizationServer(url: URL, base: URL): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
  const host = plain(url.hostname)
  return !isInternal(host) || (isLoopback(plain(base.hostname)) && isLoopback(host))
}

function plain(hostname: string): string {
  return hostname
    .replace(/\.+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.') || host === '::1'
}

function isInternal(host: string): boolean {
  if (isLoopback(host) || cloudMetadata.has(host)) return true
  if (host.includes(':')) return /^(::$|ff|fe[89ab]|f[cd])/.test(host)
  const [a = Number.NaN, b = Number.NaN] = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host.split('.').map(Number) : []
  return (
    a === 0 ||
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 198 && (b === 18 || b === 19)) ||
    a >= 224
  )
}

const cloudMetadata = new Set(['metadata', 'metadata.google.internal', 'metadata.azure.internal'])
