import { createServer, request, type Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Bench, BenchContext, BenchResult } from '../bench.ts'
import { freePort } from '../free-port.ts'
import { type Contender, inTurn } from '../in-turn.ts'
import { figure, table, verdict } from '../markdown.ts'
import { legacyCall } from '../mcp-requests.ts'
import { type Program, startProgram } from '../program.ts'
import { differences, ratios, type Summary, summarize } from '../statistics.ts'
import { createTokenIssuer, type TokenIssuer } from '../tokens.ts'
import { versionOf } from '../versions.ts'
import { bundleWorker, type WorkerBundle, workerdCommand } from '../workerd.ts'

/** The smallest protected `fetch` handler, in workerd: how large its bundle is, and how long it takes from the start of the process to its answers. */
export const fetchRuntime: Bench = { name: 'fetch-runtime', title: 'Fetch runtime', run }

const resource = 'http://localhost:8787/mcp' // by `Host` alone: some of them compare it with the URL of a request
const scope = 'notes:read'
const floor = 'no check (floor)'
const ours = 'Portcullis'

/** What stands in each bundle beside the handler, and what a worker of that name is written with. */
const workers = [
  { name: floor, script: 'worker-floor' },
  { name: 'jose by hand', script: 'worker-jose' },
  { name: ours, script: 'worker-portcullis' },
  { name: 'workers-oauth-provider + jose', script: 'worker-workers-oauth-provider' },
  { name: 'better-auth', script: 'worker-better-auth' },
  { name: 'SDK 2.x requireBearerAuth + jose', script: 'worker-sdk-2' },
  { name: 'mcp-handler + jose', script: 'worker-mcp-handler' },
] as const

interface Worker extends WorkerBundle {
  name: string
}

interface Sample {
  /** From the start of the process to the first answer: 401, or that of the floor. */
  first: number
  /** CPU time until then, in milliseconds. */
  cpu: number
  /** From there to the answer to a call with a token: keys are fetched, and a signature is verified. */
  authorised: number
}

async function run(context: BenchContext): Promise<BenchResult> {
  const { isSmoke, say } = context
  const rounds = context.rounds ?? (isSmoke ? 1 : 31)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const issuer = await createTokenIssuer({ issuer: url, resource, scope })
  const keys = await serveKeys(issuer, url, port)
  try {
    const [token = ''] = await issuer.issue(1)
    const bundled: Worker[] = []
    for (const { name, script } of workers) bundled.push({ name, ...(await bundle(name, script, url, context)) })
    say(`${rounds} rounds of ${bundled.length} starts`)
    const samples = await inTurn(
      bundled.map((worker): Contender<Sample> => ({ name: worker.name, round: () => startOnce(worker, token) })),
      { rounds },
    )
    return report(bundled, samples, rounds)
  } finally {
    keys.closeAllConnections()
    keys.close()
  }
}

async function serveKeys({ jwks }: TokenIssuer, issuer: string, port: number): Promise<Server> {
  const metadata = { issuer, jwks_uri: `${issuer}/jwks`, response_types_supported: ['code'] }
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'application/json')
    if (req.url === '/jwks') res.end(JSON.stringify(jwks))
    else if (req.url?.startsWith('/.well-known/')) res.end(JSON.stringify(metadata))
    else res.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

function bundle(name: string, script: string, issuer: string, { commands, folder }: BenchContext) {
  const command = name === ours ? commands.ours(script) : commands.peer(script)
  return bundleWorker(command, { folder, constants: { RESOURCE: resource, ISSUER: issuer } })
}

async function startOnce({ name, config }: Worker, token: string): Promise<Sample> {
  const port = await freePort()
  const startedAt = performance.now()
  const program = startProgram({ name, command: workerdCommand(config, port) })
  try {
    const status = await firstAnswer(port, program)
    const answeredAt = performance.now()
    const cpu = program.cpu() / 1000
    if (status !== (name === floor ? 200 : 401)) throw new Error(`${name} answers ${status} without a token`)
    const again = await call(port, token)
    const authorised = performance.now() - answeredAt
    if (again !== 200) throw new Error(`${name} answers ${again} with a token:\n${program.output()}`)
    return { first: answeredAt - startedAt, cpu, authorised }
  } finally {
    await program.stop()
  }
}

/** Asks every two milliseconds while nobody listens. */
async function firstAnswer(port: number, program: Program): Promise<number> {
  for (const since = performance.now(); performance.now() - since < 20_000; ) {
    const status = await call(port).catch(() => undefined)
    if (status !== undefined) return status
    await wait(2)
  }
  throw new Error(`${program.name} never answered:\n${program.output()}`)
}

function call(port: number, token?: string): Promise<number> {
  const { headers, body } = legacyCall
  const shown = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: '/mcp', method: 'POST', agent: false, setHost: false }
    request({ ...options, headers: { host: new URL(resource).host, ...headers, ...shown } })
      .on('response', (res) => res.resume().on('end', () => resolve(res.statusCode ?? 0)))
      .on('error', reject)
      .end(body)
  })
}

function report(
  bundled: readonly Worker[],
  samples: ReadonlyMap<string, readonly Sample[]>,
  rounds: number,
): BenchResult {
  const of = (name: string, what: keyof Sample) => (samples.get(name) ?? []).map((sample) => sample[what])
  const overFloor = (name: string, what: keyof Sample): Summary => summarize(ratios(of(name, what), of(floor, what)))
  const rows = bundled.map(({ name, bytes, gzipped }) => [
    name,
    (bytes / 1024).toFixed(1),
    (gzipped / 1024).toFixed(1),
    figure(summarize(of(name, 'first'))),
    figure(summarize(differences(of(name, 'first'), of(floor, 'first'))), 1),
    figure(overFloor(name, 'first'), 2),
    figure(summarize(of(name, 'cpu'))),
    figure(summarize(of(name, 'authorised')), 1),
  ])
  const seen = overFloor(ours, 'first')
  return {
    tables: [
      table(
        [
          '',
          'KiB',
          'gzipped',
          'start to first answer, ms',
          'added ms',
          '× floor',
          'CPU ms until then',
          'then the first call, ms',
        ],
        rows,
      ),
    ],
    goals: [
      verdict(`Portcullis answers in ≤ 1.5 × the time of a bare handler, seen ${figure(seen, 2)}`, seen.median <= 1.5),
    ],
    remarks: [
      `${rounds} starts of each in turn in workerd; figures are medians with quartiles, ratios and differences are taken round by round`,
      'bundle: esbuild, minified, with the same small answer in place of an MCP server; the first answer is 401, that of the floor 200; the first call has a token, for which the keys are fetched from this machine',
      'better-auth has no metadata here; rules for single tools, bound sessions, introspection and mirrored metadata are in the bundle of Portcullis, whether used or not',
      `versions: ${['workerd', 'esbuild', 'jose', '@cloudflare/workers-oauth-provider', '@better-auth/mcp', '@modelcontextprotocol/server', 'mcp-handler'].map(versionOf).join(', ')}`,
    ],
  }
}
