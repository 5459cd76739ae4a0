import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** One request, as it goes over the wire. */
export interface Sent {
  /** Default: GET. */
  method?: string
  /** The target, as it stands. */
  target: string
  /** Names and values; a name may stand twice. `Host` is set where none is among them. */
  headers?: readonly (readonly [name: string, value: string])[]
  /** In pieces, each in a packet of its own. Its length is told, save where a header says `chunked`. */
  body?: string | Buffer | readonly (string | Buffer)[]
  /** Without a host, as HTTP/1.0 may. */
  isHttp10?: boolean
}

/** What came back, as far as anybody goes by it. */
export interface Answer {
  status: number
  /** Those that clients, browsers and caches go by, in lower case, in the order of their names. */
  headers: Readonly<Record<string, string>>
  body: string
}

/** Headers that mean something to somebody; others (dates, lengths, the name of a framework) may differ. */
const telling =
  /^(?:www-authenticate|access-control-.*|allow|retry-after|cache-control|content-type|vary|mcp-session-id|location|set-cookie)$/

/** `host`: where no header names one. Rejects where no answer comes within ten seconds. */
export async function exchange(sent: Sent, { port, host }: { port: number; host: string }): Promise<Answer> {
  return sent.isHttp10 === true ? exchangeHttp10(sent, port) : exchangeHttp11(sent, port, host)
}

function exchangeHttp11(sent: Sent, port: number, host: string): Promise<Answer> {
  const { method = 'GET', target, headers = [], body } = sent
  const pieces = body === undefined ? [] : Array.isArray(body) ? body : [body]
  const names = headers.map(([name]) => name.toLowerCase())
  const all = [...headers]
  if (!names.includes('host')) all.unshift(['Host', host])
  if (body !== undefined && !names.includes('transfer-encoding') && !names.includes('content-length'))
    all.push(['Content-Length', String(pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0))])
  // As clients do: whoever wants the connection closed has it closed before all of a long body is sent.
  const agent = new Agent({ keepAlive: true })
  const answered = new Promise<Answer>((resolve, reject) => {
    const req = request({
      host: '127.0.0.1',
      port,
      method,
      path: target,
      headers: all.flat(),
      setHost: false,
      agent,
      timeout: 10_000,
    })
    let isAnswered = false
    req.on('response', async (res) => {
      isAnswered = true
      try {
        resolve({ status: res.statusCode ?? 0, headers: tellingOf(res.rawHeaders), body: await text(res) })
      } catch (cause) {
        reject(cause)
      }
    })
    req.on('timeout', () => req.destroy(new Error(`No answer to ${method} ${target} within 10 s`)))
    // A server that has answered need not read on.
    req.on('error', (cause) => isAnswered || reject(cause))
    void write(req, pieces)
  })
  return answered.finally(() => agent.destroy())
}

async function write(req: ReturnType<typeof request>, pieces: readonly (string | Buffer)[]): Promise<void> {
  req.setNoDelay(true)
  for (const piece of pieces) {
    await new Promise((resolve) => req.write(piece, resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  req.end()
}

function exchangeHttp10({ method = 'GET', target, headers = [] }: Sent, port: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const socket = connect(port, '127.0.0.1', () => socket.write(`${method} ${target} HTTP/1.0\r\n${lines}\r\n`))
    const chunks: Buffer[] = []
    socket.setTimeout(10_000, () => socket.destroy(new Error(`No answer to ${method} ${target} within 10 s`)))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('end', () => {
      const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n')
      const [status = '', ...headerLines] = head.split('\r\n')
      const raw = headerLines.flatMap((line) => [line.replace(/:.*/, ''), line.replace(/^[^:]*: */, '')])
      resolve({ status: Number(status.split(' ')[1]), headers: tellingOf(raw), body: rest.join('\r\n\r\n') })
    })
  })
}

function tellingOf(rawHeaders: readonly string[]): Record<string, string> {
  const found: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    if (telling.test(name)) found.push([name, canonical(name, rawHeaders[at + 1] ?? '')])
  }
  // One that stands twice is seen as such.
  const values = (name: string) => found.filter(([other]) => other === name).map(([, value]) => value)
  const names = [...new Set(found.map(([name]) => name))].sort()
  return Object.fromEntries(names.map((name) => [name, values(name).join(' + ')]))
}

/** The same value in one spelling: lists of tokens sorted, types without the charset that JSON has anyway. */
function canonical(name: string, value: string): string {
  if (name === 'content-type')
    return value
      .toLowerCase()
      .replace(/ /g, '')
      .replace(/^(application\/json|text\/event-stream);charset=utf-8$/, '$1')
  const isList = ['vary', 'allow', 'access-control-allow-methods', 'access-control-expose-headers', 'cache-control']
  return isList.includes(name) ? value.split(/ *, */).sort().join(', ') : value
}
