import { access, constants } from 'node:fs/promises'
import { connect, isIP } from 'node:net'
import { delimiter, join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { redactTarget } from '../operations/redact.ts'
import { refusalOfError } from './upstream-errors.ts'

/**
 * Why nothing takes connections at the upstream, as a sentence; `undefined` where something does. Nothing is asked of it, and a process that
 * wants to end need not wait.
 */
export async function whyUnreachable(
  upstream: string | { readonly command: string },
  { timeout, environment = {} }: { timeout: number; environment?: Readonly<Record<string, string | undefined>> },
): Promise<string | undefined> {
  return typeof upstream === 'string' ? whyNoConnection(upstream, timeout) : whyNoProgram(upstream.command, environment)
}

/** Whether there is a program of that name; it is not started before somebody needs it. */
async function whyNoProgram(
  command: string,
  { PATH = '' }: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const places = command.includes('/') ? [command] : PATH.split(delimiter).map((folder) => join(folder, command))
  const found = await Promise.all(
    places.map((place) =>
      access(place, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  const where = command.includes('/') ? '' : ' in any folder of PATH'
  return found.includes(true) ? undefined : `The MCP server cannot be started: there is no program "${command}"${where}`
}

function whyNoConnection(upstream: string, timeout: number): Promise<string | undefined> {
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
