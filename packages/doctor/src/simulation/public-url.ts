/** Whether a URL can be reached from anywhere by its looks: https, at a host that is no special address and no name for this network. */
export function looksPublic(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:' && hasPublicHost(url)
}

/** The same whatever its scheme. */
export function hasPublicHost(url: string): boolean {
  if (!URL.canParse(url)) return false
  const host = new URL(url).hostname.replace(/\.$/, '').replace(/^\[|\]$/g, '')
  return !isSpecialName(host) && !isSpecialAddress(host)
}

/** RFC 6761, RFC 6762, and names without a dot, which no public zone has. */
function isSpecialName(host: string): boolean {
  return /(^|\.)(localhost|local|internal|test|example|invalid|home\.arpa|lan)$/.test(host) || !/[.:]/.test(host)
}

/** Of RFC 6890 what people use for servers. */
function isSpecialAddress(host: string): boolean {
  if (host.includes(':')) return /^(::1?$|fe[89ab]|f[cd])/.test(host)
  return /^(0|10|127)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+$/.test(
    host,
  )
}
