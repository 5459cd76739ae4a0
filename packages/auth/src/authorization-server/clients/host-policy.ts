/**
 * Hosts, of documents that describe clients. Each is `name` (at any port), `name:port`, or `*.name` (every host below that name, not itself).
 */
export interface HostPolicy {
  /** Those from which clients may come. Default: any. */
  allow?: readonly string[]
  /** Those from which none may, whatever `allow` says. Default: none. */
  deny?: readonly string[]
}

/** Throws `TypeError` for a pattern that no host could match as it is compared. */
export function resolveHostPolicy(hosts: readonly string[] | HostPolicy = {}): (url: string) => boolean {
  const { allow, deny = [] }: HostPolicy = isList(hosts) ? { allow: hosts } : hosts
  for (const pattern of [...(allow ?? []), ...deny]) requirePattern(pattern)
  const allowed = allow && [...allow]
  const denied = [...deny]
  return (text) => {
    const url = new URL(text)
    if (denied.some((pattern) => matches(pattern, url))) return false
    return allowed === undefined || allowed.some((pattern) => matches(pattern, url))
  }
}

function isList(hosts: readonly string[] | HostPolicy): hosts is readonly string[] {
  return Array.isArray(hosts)
}

function matches(pattern: string, { hostname, port }: URL): boolean {
  const name = hostname.replace(/\.+$/, '') // the same host, with the dot that ends every name, or with more than resolvers may pass over
  if (pattern.startsWith('*.')) return name.endsWith(pattern.slice(1))
  return pattern === name || (port !== '' && pattern === `${name}:${port}`)
}

function requirePattern(pattern: string): void {
  const host = pattern.replace(/^\*\./, '')
  const of = pattern === host ? 'host' : 'hostname' // hosts below a name are meant at every port
  const isHost = URL.canParse(`https://${host}/`) && new URL(`https://${host}/`)[of] === host
  if (!isHost || /\*|\.$/.test(host))
    throw new TypeError(
      `"clientDocuments.hosts" must name hosts in lower case, as client.example, client.example:8443 or *.client.example, but has "${pattern}"`,
    )
}
