import { isLoopbackHost } from './resource.ts'

/** What a request shows of where it comes from: its headers, and the two ends of the connection, whatever headers say. */
export interface ArrivedRequest {
  readonly headers: { get(name: string): string | null; keys(): Iterable<string> }
  readonly remoteAddress: string | undefined
  readonly localAddress: string | undefined
}

/** Which condition of law 10 a request does not meet. */
export type NotFromOwnMachine = 'public_url' | 'peer' | 'listener' | 'host' | 'origin' | 'proxy'

/**
 * Why a request does not count as one that somebody at this very machine sent, straight, to a server that is there for this machine alone (law 10).
 * `undefined` where nothing speaks against it. `origin`: of the public URL, as configured.
 */
export function whyNotFromOwnMachine(request: ArrivedRequest, origin: string): NotFromOwnMachine | undefined {
  const { headers, remoteAddress, localAddress } = request
  if (!isLoopbackHost(new URL(origin).hostname)) return 'public_url'
  if (!isLoopbackAddress(remoteAddress)) return 'peer'
  if (!isLoopbackAddress(localAddress)) return 'listener'
  if (!isOwnName(headers.get('host'), origin)) return 'host'
  const from = headers.get('origin')
  if (from !== null && from !== origin) return 'origin'
  return hasProxyHeaders(headers) ? 'proxy' : undefined
}

/** Whether a request has headers that somebody between added: proxies, tunnels, content delivery networks. */
export function hasProxyHeaders(headers: { keys(): Iterable<string> }): boolean {
  return [...headers.keys()].some((name) => sentByProxy.test(name))
}

/** Neither browsers that open a page or send a form, nor MCP clients, send any that begins with `x-`. */
const sentByProxy = /^(forwarded$|via$|x-|true-client-ip$|client-ip$|cdn-loop$|cf-|fastly-|fly-|tailscale-|ngrok-)/i

/** Whether an address, as a socket has it, is of this machine: 127.0.0.0/8 or ::1. */
function isLoopbackAddress(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/i, '')
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain ?? '')
}

/** Only the names of this machine that no other host can take over by its DNS. */
function isOwnName(host: string | null, origin: string): boolean {
  const { port: given, protocol } = new URL(origin)
  const port = given === '' ? (protocol === 'https:' ? '443' : '80') : given
  return ['localhost', '127.0.0.1', '[::1]'].some(
    (name) => host === `${name}:${port}` || (port === '80' && host === name),
  )
}
