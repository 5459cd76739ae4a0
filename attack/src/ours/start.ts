import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { installTarballs } from '../../../scripts/check-packages.ts'
import { freePort } from '../../../scripts/free-port.ts'
import { packAll } from '../../../scripts/pack.ts'
import type { Means } from '../stage.ts'
import { settle, writePeopleConfiguration } from './people.ts'

/** A server of ours that runs, and how one is a client and a person of it. */
export interface OurServer {
  name: string
  issuer: string
  resource: string | undefined
  scope: string | undefined
  means: Pick<Means, 'person' | 'otherPerson' | 'clients' | 'origins' | 'signsInForDevelopment' | 'ours'>
}

export interface Ours {
  servers: readonly OurServer[]
  stop(): Promise<void>
}

/** Starts the program with its gateway, the program with people and identity providers, and the library's authorization server: from packed packages, or from the sources. */
export async function startOurs({ source, say }: { source: boolean; say: (line: string) => void }): Promise<Ours> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-attack-'))
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const each of stops) await each()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const command = source ? fromSource() : fromTarballs(folder, say)
    const gateway = await freePort()
    const issuer = `http://127.0.0.1:${gateway}`
    const resource = `${issuer}/mcp`
    writeFileSync(
      join(folder, 'portcullis.yaml'),
      `pushedRequests: { enabled: true }\ndevices: { enabled: true }\nallowedHosts: ['localhost:${gateway}']\n`,
    )
    // Nothing listens there: what is let through is answered 502, which is not 401.
    const where = ['--upstream', 'http://127.0.0.1:1/mcp', '--public-url', resource, '--port', String(gateway)]
    stops.push(
      await startServer(
        [...command.program, 'serve', ...where, '--database', 'portcullis.db', '--dev'],
        folder,
        `${issuer}/readyz`,
      ),
    )
    const withPeople = await startWithPeople(command, mkdtempSync(join(folder, 'people-')), stops)
    const library = await freePort()
    const libraryIssuer = `http://127.0.0.1:${library}`
    stops.push(
      await startServer(
        [...command.library, String(library)],
        folder,
        `${libraryIssuer}/.well-known/oauth-authorization-server`,
      ),
    )
    return {
      stop,
      servers: [
        {
          name: 'portcullis serve',
          issuer,
          resource,
          scope: 'mcp',
          means: { ...meansOf('user=alice', 'user=bob'), signsInForDevelopment: true },
        },
        {
          name: '@portcullis/auth, all that it offers',
          issuer: libraryIssuer,
          resource: `${libraryIssuer}/mcp`,
          scope: 'mcp',
          means: meansOf('user=alice', 'user=bob'),
        },
        withPeople,
      ],
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Without sign-in for development: with passwords, administrators, and two identity providers of the suite's own, which lie. */
async function startWithPeople(command: Command, folder: string, stops: (() => Promise<void>)[]): Promise<OurServer> {
  const { corp, other } = await writePeopleConfiguration(folder)
  for (const { close } of [corp, other]) stops.push(async () => close())
  const port = await freePort()
  const origin = `http://localhost:${port}` // a name, since passkeys are for names
  const resource = `${origin}/mcp`
  const where = ['--upstream', 'http://127.0.0.1:1/mcp', '--public-url', resource, '--port', String(port)]
  const args = [...command.program, 'serve', ...where, '--database', 'portcullis.db']
  stops.push(await startServer(args, folder, `${origin}/readyz`))
  const { cookie, ...settled } = await settle(origin, folder)
  return {
    name: 'portcullis serve, its people, identity providers and administration',
    issuer: origin,
    resource,
    scope: 'mcp',
    means: {
      person: { manner: { press: ['decision=allow'], answers: {} }, cookie },
      otherPerson: undefined,
      clients: [],
      origins: [],
      signsInForDevelopment: false,
      ours: { origin, corp, other, ...settled },
    },
  }
}

function meansOf(alice: string, bob: string): OurServer['means'] {
  const manner = (user: string) => ({ manner: { press: [user, 'decision=allow'], answers: {} } })
  return { person: manner(alice), otherPerson: manner(bob), clients: [], origins: [], signsInForDevelopment: false }
}

interface Command {
  program: readonly string[]
  library: readonly string[]
}

const librarySource = fileURLToPath(new URL('library-server.ts', import.meta.url))

function fromSource(): Command {
  const program = fileURLToPath(new URL('../../../packages/portcullis/src/cli.ts', import.meta.url))
  return { program: ['--conditions=source', program], library: ['--conditions=source', librarySource] }
}

function fromTarballs(folder: string, say: (line: string) => void): Command {
  say('Packing the packages and installing them as users do')
  const installed = mkdtempSync(join(folder, 'installed-'))
  installTarballs(installed, packAll())
  const library = join(installed, 'library-server.ts')
  copyFileSync(librarySource, library)
  return { program: [join(installed, 'node_modules', 'portcullis', 'dist', 'cli.js')], library: [library] }
}

/** Starts a script under this Node; resolves, once anything answers at the URL, to what stops it again. */
export async function startServer(args: readonly string[], folder: string, url: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-20_000)
    })
  let hasEnded = false
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      hasEnded = true
      resolve()
    }),
  )
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  for (let attempt = 0; attempt < 900 && !hasEnded; attempt++) {
    const response = await fetch(url).catch(() => undefined)
    await response?.body?.cancel()
    if (response !== undefined && response.status < 500) return stop
    await wait(100)
  }
  await stop()
  throw new Error(`Nothing is ready at ${url}:\n${output}`)
}
