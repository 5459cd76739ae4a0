import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from '../../scripts/free-port.ts'
import type { Framework } from './frameworks.ts'
import { readerSecret } from './issuer.ts'
import { resource } from './place.ts'
import { minimal, startCommand } from './start-command.ts'

export interface RunningServer {
  port: number
  stop(): Promise<void>
}

export interface ServerStart {
  name: string
  command: readonly [command: string, ...args: string[]]
  folder: string
  port: number
  /** Its own URL, and the issuer of its tokens. */
  resource: string
  issuer: string
  /** Other packages than it names (`instead.ts`). */
  instead?: string
}

/** Starts the server of a framework. `isSource`: with the sources of the library. Rejects, with what it printed, where it does not listen within 90 s. */
export async function startServer(
  framework: Framework,
  { issuer, isSource }: { issuer: string; isSource: boolean },
): Promise<RunningServer> {
  const { name, instead = {} } = framework
  const port = await freePort()
  return startListening({
    name,
    command: startCommand(framework, { port, isSource }),
    folder: minimal,
    port,
    resource,
    issuer,
    instead: Object.entries(instead)
      .map((pair) => pair.join('='))
      .join(','),
  })
}

/** Starts any server, which reads from the environment where it is. Rejects, with what it printed, where it does not listen within 90 s. */
export async function startListening({
  name,
  command: [command, ...args],
  folder,
  port,
  resource,
  issuer,
  instead = '',
}: ServerStart): Promise<RunningServer> {
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      ...process.env,
      PORT: String(port),
      RESOURCE: resource,
      ISSUER: issuer,
      REVOCATIONS_SECRET: readerSecret,
      INSTEAD: instead,
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own: what packages put on the path starts the runtime as a child, which the signal would not reach
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk))
  const ended = once(child, 'close') // of all that hold its output
  await listening(port, child).catch((cause) => {
    endGroup(child)
    throw new Error(`${name} does not listen: ${cause.message}\n${printed}`)
  })
  return {
    port,
    async stop() {
      endGroup(child)
      await ended
    },
  }
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid)
  } catch {
    // It has ended by itself.
  }
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 900; tries++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    if (await isOpen(port)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('90 s are over')
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
