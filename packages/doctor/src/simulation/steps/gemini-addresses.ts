/** Why Gemini CLI refuses to ask a URL; `undefined` where it asks. `validateOAuthEndpointUrl` of its `oauth-utils`, names not resolved. */
export function refusalOf(url: string, typed: string, options: { expectedOrigin?: string } = {}): string | undefined {
  if (!URL.canParse(url)) return `Invalid OAuth endpoint URL "${url}": Invalid URL`
  const { protocol, hostname, origin } = new URL(url)
  const host = withoutBrackets(hostname)
  const isAllowedLoopback = isLoopback(withoutBrackets(new URL(typed).hostname))
  if (protocol !== 'http:' && protocol !== 'https:')
    return `Invalid OAuth endpoint protocol "${protocol}". Only HTTPS (and HTTP for local development) is supported.`
  if (protocol === 'http:' && !(isAllowedLoopback && isLoopback(host)))
    return `Insecure HTTP OAuth endpoint "${url}" is not allowed. OAuth endpoints must use HTTPS unless connecting to localhost.`
  if (options.expectedOrigin !== undefined && origin !== options.expectedOrigin)
    return `OAuth endpoint origin "${origin}" does not match expected origin "${options.expectedOrigin}".`
  if (isLoopback(host))
    return isAllowedLoopback ? undefined : `Loopback OAuth endpoint "${url}" is not allowed for remote MCP servers.`
  return isPrivate(host)
    ? `OAuth endpoint "${url}" points to private or reserved IP address which is blocked.`
    : undefined
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1'
}

function isPrivate(host: string): boolean {
  return (
    /\.(localhost|local|internal)$/.test(host) ||
    /^(0|10|127)\.\d|^192\.168\.\d|^169\.254\.\d|^172\.(1[6-9]|2\d|3[01])\.\d|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d/.test(
      host,
    ) ||
    /^(fe[89ab]|f[cd]).*:/.test(host)
  )
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}
