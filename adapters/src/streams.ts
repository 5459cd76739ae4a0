import { Agent, type IncomingMessage, request } from 'node:http'
import { host } from './place.ts'
import type { Probe, ProbeTarget } from './probes.ts'

/** Wants a server whose MCP server knows such streams, and that reads the feed of the issuer. */
export const streamProbe: Probe = {
  name: 'a stream that is open when its grant ends',
  title: 'streams',
  ask: whyStreamGoesOn,
}

/**
 * Opens a stream that waits for what may happen (`subscriptions/listen` of 2026-07-28), ends the grant behind it, and looks whether it ends within
 * 5 s, while another's goes on (law 14). What is wrong; `undefined` where nothing is.
 */
async function whyStreamGoesOn({ port, issuer, scope }: ProbeTarget): Promise<string | undefined> {
  const name = `grant-${port}-${Date.now()}`
  const ending = await openStream(port, issuer.token({ scope, grant_id: name }))
  const other = await openStream(port, issuer.token({ scope, grant_id: `${name}-other` }))
  try {
    if (typeof ending === 'string') return ending
    if (typeof other === 'string') return other
    issuer.end(name)
    const late = new Promise<string>((resolve) => setTimeout(resolve, 5000, 'it goes on for 5 s').unref())
    const why = await Promise.race([ending.ended.then(() => undefined), late])
    return why ?? (other.isOpen() ? undefined : 'that of another ended too')
  } finally {
    for (const stream of [ending, other]) if (typeof stream !== 'string') stream.leave()
  }
}

interface OpenStream {
  ended: Promise<unknown>
  isOpen(): boolean
  leave(): void
}

/** Or what was answered instead. */
function openStream(port: number, token: string): Promise<OpenStream | string> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: {
      notifications: { toolsListChanged: true },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'suite', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  })
  const headers = {
    host,
    authorization: `Bearer ${token}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'subscriptions/listen',
  }
  const agent = new Agent()
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, method: 'POST', path: '/mcp', headers, agent, timeout: 10_000 })
    req.on('timeout', () => req.destroy(new Error('No answer within 10 s')))
    req.on('error', reject)
    req.on('response', (res) => resolve(streamIn(res, () => req.destroy())))
    req.end(body)
  })
}

async function streamIn(res: IncomingMessage, leave: () => void): Promise<OpenStream | string> {
  let text = ''
  let isOpen = true
  res.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  const ended = new Promise<void>((resolve) => res.on('error', () => {}).once('close', resolve))
  void ended.then(() => (isOpen = false))
  const isStream = res.headers['content-type']?.startsWith('text/event-stream') === true
  if (res.statusCode === 200 && isStream) return { ended, isOpen: () => isOpen, leave }
  await ended
  return `status ${res.statusCode}: ${text.slice(0, 200)}`
}
