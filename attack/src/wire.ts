import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'

/** A request as it goes over the wire: nothing is added but `host`, `connection` and the length, and no redirect is followed. */
export interface WireRequest {
  method?: string
  url: string
  headers?: Readonly<Record<string, string>>
  /** A form is sent as one, text as it is. */
  body?: URLSearchParams | string | Uint8Array
  /** Whether an answer that asks to come back later is the answer. Default: it is waited for, and the request sent again. */
  mindsLimits?: boolean
}

/** What came back. */
export interface Answer {
  url: string
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The members of the JSON object in the body; none where there is no such object. */
  json: Readonly<Record<string, unknown>>
}

/** What went over the wire, as text, with all that is secret in it. */
export interface Exchange {
  sent: string
  answered: string
}

export interface Wire {
  /** Rejects where no answer comes. */
  send(request: WireRequest): Promise<Answer>
  exchanges: readonly Exchange[]
  close(): void
}

const patience = 20_000
const longestAnswer = 2_000_000
const longestWait = 90
/** Of a body; longer ones are our own filling. */
const longestKept = 200_000

/** `from`: the address of this machine that requests come from. */
export function createWire({ from, say }: { from: string | undefined; say: (line: string) => void }): Wire {
  const exchanges: Exchange[] = []
  const options = { keepAlive: true, ...(from !== undefined && { localAddress: from, family: 4 }) }
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }

  function once(request: WireRequest): Promise<Answer> {
    const url = new URL(request.url)
    const { method = 'GET', body } = request
    const bytes = body === undefined ? undefined : Buffer.from(body instanceof URLSearchParams ? `${body}` : body)
    const headers: Record<string, string> = {
      ...(body instanceof URLSearchParams && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...request.headers,
      ...(bytes !== undefined && { 'content-length': String(bytes.byteLength) }),
    }
    const sent = `${method} ${url.pathname}${url.search} HTTP/1.1\nhost: ${url.host}\n${linesOf(headers)}\n${bytes === undefined ? '' : bytes.toString().slice(0, longestKept)}`
    return new Promise<Answer>((resolve, reject) => {
      const fail = (cause: Error) => {
        exchanges.push({ sent, answered: `(no answer: ${cause.message})` })
        reject(cause)
      }
      const open = url.protocol === 'https:' ? httpsRequest : httpRequest
      const agent = url.protocol === 'https:' ? agents['https:'] : agents['http:']
      const outgoing = open(url, { method, headers, agent, timeout: patience }, (response) => {
        const chunks: Buffer[] = []
        let length = 0
        response.on('data', (chunk: Buffer) => {
          length += chunk.byteLength
          if (length <= longestAnswer) chunks.push(chunk)
        })
        response.on('error', fail)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const status = response.statusCode ?? 0
          exchanges.push({
            sent,
            answered: `HTTP/1.1 ${status}\n${rawLines(response.rawHeaders)}\n${text.slice(0, longestKept)}`,
          })
          resolve({ url: request.url, status, headers: response.headers, text, json: objectIn(text) })
        })
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error(`nothing within ${patience / 1000} s`)))
      outgoing.on('error', fail)
      outgoing.end(bytes)
    })
  }

  return {
    exchanges,
    async send(request) {
      for (let attempt = 0; ; attempt++) {
        const answer = await once(request)
        const seconds = Number(answer.headers['retry-after'] ?? 'NaN')
        const isLimit = answer.status === 429 && seconds <= longestWait && attempt < 3
        if (request.mindsLimits === true || !isLimit) return answer
        say(`      the server asks to come back in ${seconds} s`)
        await wait(seconds * 1000 + 200)
      }
    },
    close() {
      agents['http:'].destroy()
      agents['https:'].destroy()
    },
  }
}

function linesOf(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}

function rawLines(raw: readonly string[]): string {
  let lines = ''
  for (let at = 0; at < raw.length; at += 2) lines += `${raw[at]?.toLowerCase()}: ${raw[at + 1]}\n`
  return lines
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
