import { isLoopbackHost } from '@portcullis/auth/protocol'
import type { Configuration } from './configuration.ts'
import type { Settings } from './schema.ts'

/** Settings whose port is settled. */
export type SettledSettings = Omit<Settings, 'listen'> & { listen: { host: string; port: number } }

const usualPort = 7080

/**
 * Where no port is set, what the public URL names of this machine is where Portcullis itself has to be. Not behind https, which something in front
 * speaks, nor where other machines are let in, as in a container, whose ports are published under other numbers.
 */
export function withPort(settings: Settings): SettledSettings {
  const { listen, publicUrl } = settings
  const named = isLoopbackHost(hostnameOf(listen.host)) ? localUrl(publicUrl)?.port : undefined
  const port = listen.port ?? (Number(named) || usualPort)
  return { ...settings, listen: { ...listen, port } }
}

/** Why clients on this machine will probably reach nothing at the public URL, and what to do; `undefined` where they reach us, or may do so. */
export function whyNotReached({
  publicUrl,
  listen,
  mcpServers,
}: Pick<Configuration, 'publicUrl' | 'listen' | 'mcpServers'>): string | undefined {
  if (listen.port === 0 || !isLoopbackHost(hostnameOf(listen.host))) return undefined
  const behind = mcpServers
    .map(({ upstream }) => (typeof upstream === 'string' ? localUrl(upstream) : undefined))
    .filter((url) => url !== undefined)
  if (behind.some(({ port }) => Number(port || 80) === listen.port))
    return `Portcullis is to listen on port ${listen.port} of this machine, which is the upstream's: one of them will not start, or is reached in place of the other. Set listen.port (--port), and in publicUrl the same, to another`
  const url = localUrl(publicUrl)
  if (url === undefined) return undefined
  const isByName = url.hostname === 'localhost' || listen.host === 'localhost'
  if (!isByName && (url.hostname === '[::1]') !== listen.host.includes(':'))
    return `publicUrl names ${url.hostname}, and Portcullis listens on ${hostnameOf(listen.host)}: clients reach nothing there. Set listen.host (--host) to the address in publicUrl, or write localhost in both`
  const named = Number(url.port || 80)
  if (named === listen.port) return undefined
  return `publicUrl names port ${named} of this machine, and Portcullis listens on ${listen.port}: clients reach it only if something else leads from ${named} to ${listen.port}. If nothing does, set listen.port to ${named} (--port ${named}), or the port in publicUrl to ${listen.port}`
}

/** An address as it stands in a URL. */
export function hostnameOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

function localUrl(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'http:' && isLoopbackHost(url.hostname) ? url : undefined
}
