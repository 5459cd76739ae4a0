import { isLoopbackHost } from '../protocol/resource.ts'
import { admitsLoopbackOrigins, type ResolvedResourceServer } from './config.ts'
import type { RequestHead } from './resource-server.ts'

/** The `Host` that was asked, lower case; from the URL where the runtime gives no such header. */
export function hostOf({ headers, url }: RequestHead): string | undefined {
  const header = headers.get('host')
  if (header !== null) return header.toLowerCase()
  return URL.canParse(url) ? new URL(url).host : undefined
}

/** Whether this server answers at that host (law 1: DNS rebinding). */
export function isAllowedHost(host: string | undefined, { allowedHosts }: ResolvedResourceServer): boolean {
  return host !== undefined && (allowedHosts.includes(host) || allowedHosts.includes(host.replace(/:(80|443)$/, '')))
}

/** Whether a browser at that origin may call the MCP endpoint (RS-25). */
export function isAllowedOrigin(origin: string, options: ResolvedResourceServer): boolean {
  if (options.allowedOrigins.includes(origin)) return true
  if (!admitsLoopbackOrigins(options) || !URL.canParse(origin)) return false
  const { protocol, hostname } = new URL(origin)
  return (protocol === 'http:' || protocol === 'https:') && isLoopbackHost(hostname)
}
