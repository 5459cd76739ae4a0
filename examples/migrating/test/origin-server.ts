import { request as send } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** `fetch` as a worker has it: what it asks of its own host goes to the origin server behind it, at `port`, under the same name. */
export function fetchOfWorker(ownHost: string, port: string): typeof globalThis.fetch {
  const fetchElsewhere = globalThis.fetch
  return async (input, init) => {
    const request = new Request(input, init)
    const { host, pathname, search } = new URL(request.url)
    if (host !== ownHost) return fetchElsewhere(request)
    const body = Buffer.from(await request.arrayBuffer())
    const headers = { ...Object.fromEntries(request.headers), host }
    return new Promise((resolve, reject) => {
      const message = send({ port, path: pathname + search, method: request.method, headers }, async (answer) => {
        const received = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
          ofConnection.includes(name) ? [] : values.map((value): [string, string] => [name, value]),
        )
        const hasBody = ![204, 304].includes(answer.statusCode ?? 0) && request.method !== 'HEAD'
        const text = await buffer(answer)
        resolve(
          new Response(hasBody ? new Uint8Array(text) : null, { status: answer.statusCode ?? 502, headers: received }),
        )
      })
      message.once('error', reject).end(body)
    })
  }
}

const ofConnection = ['connection', 'keep-alive', 'transfer-encoding']
