import { createInterface } from 'node:readline'

/**
 * An MCP server over standard streams that does what it is told, the wrong things too. It speaks both eras on one connection, save with `--legacy`, and
 * remembers what it is told for as long as it runs.
 */
interface Received {
  id?: number | string
  method?: string
  params?: {
    name?: string
    arguments?: Record<string, unknown>
    uri?: string
    protocolVersion?: string
    requestId?: number | string
    progressToken?: unknown
    _meta?: Record<string, unknown>
  }
  result?: unknown
  error?: unknown
}

const isLegacy = process.argv.includes('--legacy')
const memory: unknown[] = []
const held = new Map<unknown, () => void>()
const asked = new Map<unknown, (answer: unknown) => void>()
const listening: (number | string)[] = []
const seen: string[] = []

if (process.argv.includes('--fail')) {
  console.error('MISSING_KEY is not set')
  process.exit(7)
}
if (process.argv.includes('--stubborn')) process.on('SIGTERM', () => {})

createInterface({ input: process.stdin }).on('line', (line) => {
  seen.push(line)
  const message: Received = JSON.parse(line)
  if (message.method === undefined) return asked.get(message.id)?.(message.result ?? message.error)
  const { id, params = {} } = message
  if (id === undefined) return notified(message)
  handle(message.method, id, params).then(
    (result) => result !== undefined && send({ id, result }),
    (error: Error) => send({ id, error: { code: -32601, message: error.message } }),
  )
})
// A server that stays when its input ends has to be made to go.
if (process.argv.includes('--stubborn')) setInterval(() => {}, 1000)

function notified({ method, params }: Received): void {
  if (method === 'notifications/cancelled') console.error(`cancelled ${params?.requestId}`)
}

async function handle(method: string, id: number | string, params: NonNullable<Received['params']>): Promise<unknown> {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: { listChanged: true }, logging: {}, resources: { subscribe: true } },
        serverInfo: { name: 'scripted', version: '1' },
      }
    case 'server/discover':
      if (isLegacy) throw new Error('Method not found')
      return { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, resultType: 'complete' }
    case 'subscriptions/listen':
      listening.push(id)
      send({ method: 'notifications/subscriptions/acknowledged', params: { _meta: { [subscription]: id } } })
      return undefined
    case 'resources/subscribe':
    case 'resources/unsubscribe':
    case 'logging/setLevel':
    case 'ping':
      return {}
    case 'tools/call':
      return call(id, params.name, params.arguments ?? {}, params._meta?.progressToken)
    default:
      throw new Error('Method not found')
  }
}

async function call(
  id: number | string,
  name: string | undefined,
  given: Record<string, unknown>,
  progressToken: unknown,
): Promise<unknown> {
  switch (name) {
    case 'remember':
      memory.push(given.text)
      return {}
    case 'recall':
      return { memory }
    case 'about':
      return { pid: process.pid, env: { ...process.env }, args: process.argv.slice(2), cwd: process.cwd() }
    case 'seen':
      return { seen }
    case 'hold': // until `release` of the same name
      if (progressToken !== undefined)
        send({ method: 'notifications/progress', params: { progressToken, progress: 1, message: String(given.name) } })
      await new Promise<void>((resolve) => held.set(given.name, resolve))
      if (progressToken !== undefined)
        send({ method: 'notifications/progress', params: { progressToken, progress: 2, message: String(given.name) } })
      return { held: given.name }
    case 'release':
      held.get(given.name)?.()
      return {}
    case 'ask': {
      const question = `question-${id}`
      const answer = new Promise((resolve) => asked.set(question, resolve))
      send({ id: question, method: given.method ?? 'elicitation/create', params: { message: String(given.message) } })
      return { answer: await answer }
    }
    case 'log':
      send({ method: 'notifications/message', params: { level: 'info', data: given.text } })
      return {}
    case 'change':
      if (listening.length === 0) send({ method: 'notifications/tools/list_changed' })
      for (const each of listening)
        send({ method: 'notifications/tools/list_changed', params: { _meta: { [subscription]: each } } })
      return {}
    case 'touch':
      send({ method: 'notifications/resources/updated', params: { uri: given.uri } })
      return {}
    case 'say':
      console.error(given.text)
      return {}
    case 'noise':
      process.stdout.write('Listening on stdin!\n')
      return {}
    case 'raw': // a number that JavaScript cannot hold
      process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"count":12345678901234567890}}\n`)
      return undefined
    case 'flood':
      process.stdout.write('x'.repeat(Number(given.bytes)))
      return undefined
    case 'tell': // more than a client may leave unread
      for (let at = 0; at < Number(given.times); at++)
        send({
          method: 'notifications/progress',
          params: { progressToken, progress: at, message: 'x'.repeat(100_000) },
        })
      return { told: true }
    case 'exit':
      return process.exit(3)
    default:
      return { name: name ?? null }
  }
}

function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}

const subscription = 'io.modelcontextprotocol/subscriptionId'
