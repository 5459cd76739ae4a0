import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Evidence, gatherEvidence } from '../src/evidence/evidence.ts'
import type { Outcome, ProbeRequest } from '../src/evidence/exchange.ts'

/** What a real client sent, and what it was answered. */
export interface Recording {
  /** CLIENT-VERSION-SCENE. */
  readonly name: string
  /** The origin of the server. */
  readonly base: string
  readonly requests: readonly RecordedRequest[]
}

export interface RecordedRequest {
  readonly method: string
  /** From the origin on. */
  readonly url: string
  readonly body?: string
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string
  }
}

const folder = process.env.PORTCULLIS_RECORDINGS ?? join(import.meta.dirname, '../../clients/recordings')

export function allRecordings(): readonly Recording[] {
  if (!existsSync(folder)) throw new Error(`There are no recordings in ${folder}`)
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const recording = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<Recording, 'name'> // as it was recorded
      return { name: file.slice(0, -'.json'.length), base: recording.base, requests: recording.requests }
    })
}

/** All that the client sent before the browser opened, or, where none opened, at all. */
export function beforeTheBrowser({ requests }: Recording): readonly RecordedRequest[] {
  const opened = requests.findIndex(({ url }) => isAuthorization(url))
  return opened === -1 ? requests : requests.slice(0, opened)
}

/** What the browser was opened with. */
export function authorizationUrl({ base, requests }: Recording): URL | undefined {
  const request = requests.find(({ url }) => isAuthorization(url))
  return request && new URL(request.url, base)
}

/**
 * The recorded server as evidence: what the client did not ask is `not_asked`, but for the page that its browser was opened with. Whoever asks
 * the MCP URL without a token is answered as the first one was.
 */
export function evidenceOf(recording: Recording): Evidence {
  const page = recording.requests.find(({ url }) => isAuthorization(url))
  const answers = [
    ...beforeTheBrowser(recording),
    ...(page === undefined ? [] : [{ ...page, url: withoutQuery(page.url) }]),
  ]
  return gatherEvidence({
    target: `${recording.base}/mcp`,
    mostRequests: Number.POSITIVE_INFINITY,
    async send(request) {
      const answer = answers.find((candidate) => isAnswerTo(candidate, request, recording.base))
      return answer === undefined ? notRecorded : outcomeOf(answer)
    },
  })
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '')
}

function isAuthorization(url: string): boolean {
  return new URL(url, 'http://of.no.matter').pathname.endsWith('/authorize')
}

function isAnswerTo({ method, url, body }: RecordedRequest, request: ProbeRequest, base: string): boolean {
  if (method !== request.method || new URL(url, base).href !== request.url) return false
  // The registration is made in the recording; the doctor only looks whether it could be.
  if (method !== 'POST' || url !== '/mcp') return method === 'GET'
  return methodIn(body) === methodIn(request.body)
}

function methodIn(body: string | undefined): unknown {
  return (JSON.parse(body ?? '{}') as { method?: unknown }).method // JSON-RPC, ours or recorded
}

function outcomeOf({ response }: RecordedRequest): Outcome {
  return {
    kind: 'answer',
    status: response.status,
    headers: Object.entries(response.headers),
    body: response.body ?? '',
    isWhole: true,
  }
}

const notRecorded: Outcome = { kind: 'failure', reason: 'not_asked', detail: 'The client did not ask it either' }
