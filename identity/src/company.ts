import { writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { behindPort } from '../../interop/src/behind.ts'
import { startDaemon } from '../../interop/src/daemon.ts'
import { type Gateway, startGateway } from '../../interop/src/gateway.ts'
import { notes } from '../../interop/src/upstreams/notes.ts'
import { workFolder } from './folders.ts'
import { sharedProgram } from './shared-program.ts'

/** The notes example behind a Portcullis that runs as users run it, and lets people of identity providers in. */
export interface Company {
  gateway: Gateway
  /** The origin of all pages. */
  origin: string
  /** Lets the clock of Portcullis differ from this machine's by so many seconds: ahead of it, or behind where less than 0. */
  shiftClock(seconds: number): void
  stop(): Promise<void>
}

export interface CompanyOptions {
  /** Of its folder, which is emptied first. */
  name: string
  /** What is added to the `portcullis.yaml` of the example, and the files that it names. */
  configuration: string
  files: Readonly<Record<string, string>>
  /** Seconds. Default 300. */
  accessTokenLifetime?: number
}

export async function startCompany(options: CompanyOptions): Promise<Company> {
  const { name, configuration, files, accessTokenLifetime = 300 } = options
  const folder = join(workFolder, name)
  await mkdir(folder, { recursive: true })
  const clock = join(workFolder, `${name}.clock`)
  const shiftClock = (seconds: number) => writeFileSync(clock, String(seconds))
  shiftClock(0)

  const upstream = await notes.prepare()
  if ('missing' in upstream) throw new Error(upstream.missing)
  const server = startDaemon(upstream.command, {
    name: `${name}-notes`,
    folder: workFolder,
    logs: workFolder,
    env: { PATH: '/usr/bin:/bin', PORT: '0', ...upstream.env },
  })
  const port = await server.until(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(server.stdout())?.[1], 30)
  const gateway = await startGateway({
    program: sharedProgram(),
    folder,
    behind: await behindPort(Number(port)),
    configuration: `${notes.configuration}\n${configuration}\n`,
    files,
    env: { NODE_OPTIONS: `--import=${preload}`, SHIFTED_CLOCK: clock },
    accessTokenLifetime,
  })
  return {
    gateway,
    origin: new URL(gateway.url).origin,
    shiftClock,
    async stop() {
      await gateway.stop()
      await server.stop(5)
    },
  }
}

const preload = fileURLToPath(new URL('shifted-clock.ts', import.meta.url))

/** What stands in `portcullis.yaml` below the ids of identity providers, with a file for each secret. */
export function identityProvidersOf(
  identityProviders: Readonly<Record<string, { clientSecret: string; settings: Readonly<Record<string, unknown>> }>>,
): Pick<CompanyOptions, 'configuration' | 'files'> {
  const entries = Object.entries(identityProviders)
  const settings = entries.map(([id, each]) => [id, { ...each.settings, secretFile: `${id}.secret` }])
  return {
    configuration: `identityProviders: ${JSON.stringify(Object.fromEntries(settings))}`, // YAML is a superset of JSON
    files: Object.fromEntries(entries.map(([id, { clientSecret }]) => [`${id}.secret`, clientSecret])),
  }
}
