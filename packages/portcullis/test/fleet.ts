import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort, startUpstream } from './running-program.ts'

/** Several `portcullis serve` over one database behind one address, as a proxy would put them there. */
export interface Fleet {
  /** The public origin, where the proxy listens. It sends each request to the next process that takes it. */
  origin: string
  members: readonly Member[]
  /** The configuration that all have. */
  config: string
  /** The environment that members start with from now on. */
  environment: Record<string, string>
}

/** One process. */
export interface Member {
  /** Sends a request to this process alone. Rejects where it is not there, and when `signal` says so. */
  send(path: string, init: RequestInitOfMember): Promise<{ status: number; body: string }>
  kill(): Promise<void>
  /** Tells it to stop, and waits until it has. */
  stop(): Promise<void>
  /** Starts it again, and waits until it listens. */
  start(): Promise<void>
}

export interface RequestInitOfMember {
  method?: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
}

const cli = fileURLToPath(import.meta.url.replace(/test\/fleet\./, 'src/cli.'))

export async function startFleet(
  t: TestContext,
  { size, database, secret, ...others }: { size: number; database: string; secret: string; signingKeys?: object },
): Promise<Fleet> {
  const upstream = await startUpstream(t, (_, res) =>
    res.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}'),
  )
  const ports: number[] = []
  for (let nth = 0; nth < size; nth += 1) ports.push(await freePort())
  const publicPort = await startProxy(t, ports)
  const origin = `http://localhost:${publicPort}`
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const environment: Record<string, string> = { PORTCULLIS_SECRET: secret }
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-fleet-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'portcullis.yaml')
  const settings = {
    publicUrl: `${origin}/mcp`,
    upstream: `${upstream}/mcp`,
    database,
    limits: { registrationsPerHour: 1e6 },
    ...others,
  }
  writeFileSync(config, JSON.stringify(settings))
  const members = ports.map((_, nth) =>
    createMember(t, {
      host: new URL(origin).host,
      ports,
      nth,
      start(port) {
        const line = [...process.execArgv, cli, 'serve', '--config', config, '--port', String(port)]
        return spawn(process.execPath, line, { env: { ...inherited, ...environment } })
      },
    }),
  )
  await Promise.all(members.map((member) => member.start()))
  return { origin, members, config, environment }
}

function createMember(
  t: TestContext,
  { host, ports, nth, start }: { host: string; ports: number[]; nth: number; start: (port: number) => ChildProcess },
): Member {
  let running: ChildProcess | undefined

  /** Resolves to whether it listens; not where somebody else was quicker to take its port. */
  function listens(child: ChildProcess): Promise<boolean> {
    let output = ''
    return new Promise((resolve, reject) => {
      const read = (text: Buffer) => {
        output += text
        if (output.includes('stands in front of')) resolve(true)
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
      child.once('close', (code) => {
        if (/Port \d+ is taken/.test(output)) resolve(false)
        else reject(new Error(`It ended with ${code}: ${output}`))
      })
    })
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = running
    running = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  t.after(() => end('SIGKILL'))
  return {
    send: (path, init) => sendTo(ports[nth] ?? 0, path, { ...init, headers: { host, ...init.headers } }),
    kill: () => end('SIGKILL'),
    async stop() {
      const child = running
      await end('SIGTERM')
      assert.equal(child?.exitCode, 0, 'a process that was told to stop did not end well')
    },
    async start() {
      for (;;) {
        const child = start(ports[nth] ?? 0)
        running = child
        if (await listens(child)) return
        ports[nth] = await freePort()
      }
    },
  }
}

function sendTo(port: number, path: string, init: RequestInitOfMember): Promise<{ status: number; body: string }> {
  const { body, method = 'GET', headers = {}, signal } = init
  return new Promise((resolve, reject) => {
    const asked = request(
      { port, host: '127.0.0.1', path, method, headers, agent: false, ...(signal && { signal }) },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text })).on('error', reject)
      },
    )
    asked.on('error', reject).end(body)
  })
}

/** Tries the next process where one takes no connection; an answer that breaks off breaks off for the client, too. */
async function startProxy(t: TestContext, ports: readonly number[]): Promise<number> {
  const agent = new Agent({ keepAlive: false })
  let turn = 0

  function pass(req: IncomingMessage, res: ServerResponse, body: Buffer, tries: number): void {
    turn += 1
    const port = ports[turn % ports.length]
    const { method, url, headers } = req
    const out = request({ port, host: '127.0.0.1', method, path: url, headers, agent }, (response) => {
      res.writeHead(response.statusCode ?? 502, response.headers)
      response.on('error', () => res.destroy())
      response.pipe(res)
    })
    out.on('error', (cause) => {
      const isUnsent = 'code' in cause && cause.code === 'ECONNREFUSED'
      if (isUnsent && tries < ports.length) pass(req, res, body, tries + 1)
      else res.destroy()
    })
    out.end(body)
  }

  const server = createServer((req, res) => {
    const parts: Buffer[] = []
    req.on('data', (part: Buffer) => parts.push(part)).on('end', () => pass(req, res, Buffer.concat(parts), 1))
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return port
}
