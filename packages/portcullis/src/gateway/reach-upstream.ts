import { access, constants, stat } from 'node:fs/promises'
import { connect, isIP } from 'node:net'
import { delimiter, join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { redactTarget } from '../operations/redact.ts'
import { createLauncher, type StdioCommand } from './stdio/launch.ts'
import { refusalOfError } from './upstream-errors.ts'

/**
 * Why nothing takes connections at the upstream, as a sentence; `undefined` where something does. Nothing is asked of it, and a process that
 * wants to end need not wait.
 */
export async function whyUnreachable(
  upstream: string | StdioCommand,
  { timeout, environment = {} }: { timeout: number; environment?: Readonly<Record<string, string | undefined>> },
): Promise<string | undefined> {
  return typeof upstream === 'string' ? whyNoConnection(upstream, timeout) : whyNotStarted(upstream, environment)
}

/** As far as it can be seen beforehand: it is not started before somebody needs it. */
async function whyNotStarted(
  command: StdioCommand,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const launcher = createLauncher(command, environment)
  const why =
    (await whyNoProgram(command.command, environment)) ??
    missingVariables(launcher.variables, environment) ??
    (launcher.isPersonal ? undefined : await whyNoFolder(command.cwd))
  return why && `The MCP server cannot be started: ${why}`
}

function missingVariables(
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const missing = names.filter((name) => environment[name] === undefined)
  return missing.length === 0
    ? undefined
    : `it needs ${missing.join(', ')} of the environment, which Portcullis was not given`
}

async function whyNoFolder(cwd: string | undefined): Promise<string | undefined> {
  if (cwd === undefined) return undefined
  const found = await stat(cwd).catch(() => undefined)
  return found?.isDirectory() ? undefined : `there is no folder ${cwd}`
}

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
  if (found.includes(true)) return undefined
  const where = command.includes('/') ? '' : ' in any folder of PATH'
  const hint = /\s/.test(command) ? '. Its arguments belong into "args", each by itself' : ''
  return `there is no program "${command}"${where}${hint}`
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
