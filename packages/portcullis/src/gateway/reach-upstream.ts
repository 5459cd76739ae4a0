import { connect, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { redactTarget } from '../operations/redact.ts'
import { refusalOfError } from './upstream-errors.ts'

/**
 * Why nothing takes connections at the upstream, as a sentence; `undefined` where something does. Nothing is asked of it, and a process that
 * wants to end need not wait.
 */
export function whyUnreachable(upstream: string, { timeout }: { timeout: number }): Promise<string | undefined> {
  const { protocol, hostname, port } = new URL(upstream)
  const isSecure = protocol === 'https:'
  const host = hostname.replace(/^\[|\]$/g, '')
  const to = { host, port: Number(port === '' ? (isSecure ? 443 : 80) : port) }
  const socket = isSecure ? connectTls({ ...to, ...(isIP(host) === 0 && { servername: host }) }) : connect(to)
  socket.unref()
  return new Promise((resolve) => {
    const conclude = (why: string | undefined) => {
      resolve(why)
      socket.destroy()
    }
    socket.once(isSecure ? 'secureConnect' : 'connect', () => conclude(undefined))
    socket.on('error', (error) =>
      conclude(`The MCP server at ${redactTarget(upstream)} ${refusalOfError(error).fault ?? 'does not answer'}`),
    )
    socket.setTimeout(timeout * 1000, () => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })))
  })
}
