import { quantile } from '../statistics.ts'
import { type Answer, Connection } from './connection.ts'
import { closeStreams, countEvents, openStreams } from './event-streams.ts'
import type { Job, Outcome, Reply, Stop } from './jobs.ts'

/** The load generator: a process of its own, so that its work is not counted as the server's. */
const kept = new Map<string, { requests: readonly Buffer[]; next: number }>()
const chains = new Map<string, string[]>()

process.on('message', (job: Job) => {
  work(job)
    .then((outcome): Reply => ({ outcome }))
    .catch((error: unknown): Reply => ({ failure: String(error) }))
    .then((reply) => process.send?.(reply))
})
process.on('disconnect', () => process.exit(0))

const nothing: Outcome = { operations: 0, seconds: 0, p50: 0, p99: 0, statuses: {} }

async function work(job: Job): Promise<Outcome> {
  switch (job.kind) {
    case 'keep':
      kept.set(job.name, { requests: job.requests, next: 0 })
      return nothing
    case 'send':
      return drive(job.port, job.connections, job.stop, keptRequests(job.name))
    case 'refresh':
      return drive(job.port, job.tokens.length, job.stop, refreshes(job))
    case 'open':
      await openStreams(job)
      return nothing
    case 'count': {
      const { events, seconds } = await countEvents(job)
      return { ...nothing, operations: events, seconds }
    }
    case 'close':
      closeStreams(job.name)
      return nothing
    default:
      return job satisfies never
  }
}

/** What a connection sends next, and what it learns from the answer. */
interface Requests {
  next(connection: number): Buffer
  learn?(connection: number, answer: Answer): void
}

function keptRequests(name: string): Requests {
  const list = kept.get(name)
  if (list === undefined) throw new Error(`No requests are kept as "${name}"`)
  return {
    next() {
      const request = list.requests[list.next % list.requests.length]
      list.next += 1
      if (request === undefined) throw new Error(`"${name}" is empty`)
      return request
    },
  }
}

function refreshes({ name, head, clientId, tokens }: Job & { kind: 'refresh' }): Requests {
  const current = chains.get(name) ?? [...tokens]
  chains.set(name, current)
  return {
    next(connection) {
      const parameters = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: clientId,
        refresh_token: current[connection] ?? '',
      })
      const body = parameters.toString()
      return Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)
    },
    learn(connection, { status, body }) {
      if (status !== 200) throw new Error(`A refresh was answered ${status}: ${body}`)
      const { refresh_token } = JSON.parse(textOf(body)) as { refresh_token: string } // RFC 6749 §5.1
      current[connection] = refresh_token
    },
  }
}

/** The JSON in a body, whether or not it came in chunks. */
function textOf(body: Buffer): string {
  const text = body.toString()
  return text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
}

async function drive(port: number, connections: number, stop: Stop, requests: Requests): Promise<Outcome> {
  const startedAt = performance.now()
  const latencies: number[] = []
  const statuses: Record<number, number> = {}
  let sent = 0
  const goesOn = () => ('requests' in stop ? sent < stop.requests : performance.now() - startedAt < stop.seconds * 1000)

  async function work(at: number): Promise<void> {
    const connection = new Connection(port)
    while (goesOn()) {
      sent += 1
      const sentAt = performance.now()
      const answer = await connection.exchange(requests.next(at))
      latencies.push(performance.now() - sentAt)
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      requests.learn?.(at, answer)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, (_, at) => work(at)))

  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  return {
    operations: latencies.length,
    seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    statuses,
  }
}
