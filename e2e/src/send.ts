import { request } from 'node:http'

/** Where a server is: under its own name for whoever asks, and on this machine. */
export interface Reachable {
  origin: string
  /** On 127.0.0.1. Default: that of the origin. */
  port?: number
}

export interface Sent {
  headers?: Readonly<Record<string, string>>
  /** A form, or what becomes JSON. */
  body: URLSearchParams | object
}

export interface Received {
  status: number
  headers: NodeJS.Dict<string | string[]>
  /** What it answered in JSON; without members where it is none. */
  json: Record<string, unknown>
}

/** Posts to a server as programs do, under the name that it has for all: `fetch` writes the name that it connected to. */
export function send({ origin, port }: Reachable, path: string, { headers = {}, body }: Sent): Promise<Received> {
  const { host, port: own } = new URL(origin)
  const isForm = body instanceof URLSearchParams
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: port ?? Number(own),
        path,
        method: 'POST',
        headers: { host, accept: 'application/json', 'content-type': type, ...headers },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, json: membersOf(text) }),
        )
        answer.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(isForm ? body.toString() : JSON.stringify(body))
  })
}

function membersOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown> // a member that is not there is undefined
  } catch {
    return {}
  }
}
