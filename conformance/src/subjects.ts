import { writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runAuthorizationScenarios } from './authorization.ts'
import { createEverythingServer } from './everything-server.ts'
import { createEverythingServerOverSse } from './everything-sse.ts'
import { createForwarder } from './forwarder.ts'
import { type Listening, listen } from './listening.ts'
import { signIn } from './oauth-client.ts'
import { createPerson } from './person.ts'
import type { Portcullis, Running } from './portcullis.ts'
import type { Report } from './report.ts'
import { runLegs } from './scenarios.ts'
import { type StdioResult, stdioServers, tryStdioServer } from './stdio-servers.ts'

export interface SubjectOptions {
  portcullis: Portcullis
  /** For results and databases; exists. */
  folder: string
  /** Told what is done now. */
  say: (line: string) => void
}

/** Runs the scenarios for authorization servers against the library. */
export async function testLibrary({ portcullis, folder, say }: SubjectOptions): Promise<Report['authorization']> {
  const { port, program } = await portcullis.startLibrary()
  try {
    const issuer = `http://127.0.0.1:${port}`
    return await authorizationScenarios('the library', { issuer, resource: `${issuer}/mcp`, folder, say })
  } finally {
    await program.stop()
  }
}

/** Runs the server scenarios without the gateway and through it, and the scenarios for authorization servers against it. */
export async function testGateway({ portcullis, folder, say }: SubjectOptions): Promise<Report> {
  const everything = await listen(createEverythingServer())
  const overSse = await listen(createEverythingServerOverSse())
  const direct = mcpUrlOf(everything)
  const opened: Opened[] = []
  try {
    const open = async (name: string, upstream: string | readonly string[]) => {
      const gateway = await openGateway(name, {
        upstream,
        portcullis,
        folder: await mkdtemp(join(folder, 'gateway-')),
        say,
      })
      opened.push(gateway)
      return gateway.url
    }
    const http = await open('gateway', direct)
    const stdio = await open('gateway-stdio', [process.execPath, everythingOverStdio])
    const sse = await open('gateway-sse', `http://127.0.0.1:${overSse.port}/sse`)
    const server = await runLegs({ direct, through: { 'Streamable HTTP': http, stdio, 'HTTP+SSE': sse }, folder, say })
    const issuer = new URL(http).origin
    const authorization = await authorizationScenarios('the gateway', { issuer, resource: http, folder, say })
    say('Servers over their standard streams, with the official SDKs')
    const results: StdioResult[] = []
    for (const each of stdioServers)
      results.push(...(await tryStdioServer(each, await open(`gateway-stdio-${results.length}`, each.command))))
    return { server, stdio: results, authorization }
  } finally {
    for (const { close } of opened) await close()
    everything.close()
    overSse.close()
  }
}

const everythingOverStdio = fileURLToPath(new URL('everything-stdio.ts', import.meta.url))

/** A gateway behind a forwarder that signs in. */
interface Opened {
  /** What clients are told; requests to it come with an access token. */
  url: string
  close(): Promise<void>
}

async function openGateway(
  name: string,
  { upstream, portcullis, folder, say }: SubjectOptions & { upstream: string | readonly string[] },
): Promise<Opened> {
  let accessToken: (() => Promise<string>) | undefined
  let gateway: Running | undefined
  // The public URL is the forwarder's, so that it need not touch `Host` and `Origin`.
  const forwarder = await listen(
    createForwarder({ port: () => gateway?.port ?? 0, path: '/mcp', accessToken: async () => accessToken?.() }),
  )
  const url = mcpUrlOf(forwarder)
  const close = async () => {
    forwarder.close()
    if (gateway === undefined) return
    await gateway.program.stop()
    // Kept after the run, for whoever asks why.
    const log = fileURLToPath(new URL(`../${name}.log`, import.meta.url))
    writeFileSync(log, gateway.program.output())
    say(`The gateway's log is in ${log}`)
  }
  try {
    gateway = await portcullis.startGateway({ upstream, publicUrl: url, folder })
    await requireToBeProtected(url)
    accessToken = await signIn(url, createPerson({ choices }))
    return { url, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

/** With the resource named and without: as long as there is only one, both must do. */
async function authorizationScenarios(
  subject: string,
  { issuer, resource, folder, say }: { issuer: string; resource: string } & Omit<SubjectOptions, 'portcullis'>,
): Promise<Report['authorization']> {
  say(`Authorization server scenarios, ${subject}`)
  const run = (named: { resource?: string }) =>
    runAuthorizationScenarios(issuer, { person: createPerson({ choices }), folder, ...named })
  return [
    { of: `${subject}, resource named`, scenarios: await run({ resource }) },
    { of: `${subject}, resource not named`, scenarios: await run({}) },
  ]
}

/** The buttons that a person presses. */
const choices = ['user=alice', 'decision=allow']

/** Without this, scenarios could pass through a gateway that lets everybody in. */
async function requireToBeProtected(url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST' })
  if (response.status !== 401 || !response.headers.has('www-authenticate'))
    throw new Error(`Without a token, the gateway answers ${response.status} instead of a challenge`)
}

function mcpUrlOf({ port }: Listening): string {
  return `http://127.0.0.1:${port}/mcp`
}
