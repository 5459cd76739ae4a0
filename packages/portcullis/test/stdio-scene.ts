import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { GatewayOptions, StdioUpstream } from '../src/gateway/config.ts'
import { openScene, type Scene } from './gateway-scene.ts'
import { answerIn, type Message } from './messages-in.ts'

export const scripted = fileURLToPath(new URL('stdio-server.ts', import.meta.url))
export const modern = '2026-07-28'

export interface StdioScene extends Scene {
  /** A client of somebody, with a session where its revision has sessions. */
  connect(who?: Who): Promise<StdioClient>
}

interface Who {
  /** Of the access token. Default: alice's with client-1. */
  claims?: Record<string, unknown>
  /** Default: 2025-11-25. */
  revision?: string
  capabilities?: object
}

export interface StdioClient {
  /** The headers of its session. */
  readonly session: Record<string, string>
  send(message: Message, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>
  /** The result of a call of a tool. */
  call(name: string, args?: object): Promise<Record<string, unknown>>
  /** The stream that waits for what may happen. */
  listen(): Promise<Response>
}

/** A gateway in front of the scripted server, on real processes. */
export async function openStdioScene(
  t: TestContext,
  { upstream = {}, ...gateway }: Omit<Partial<GatewayOptions>, 'upstream'> & { upstream?: Partial<StdioUpstream> } = {},
): Promise<StdioScene> {
  const scene = await openScene(t, {
    gateway: {
      environment: { PATH: process.env.PATH, PORTCULLIS_SECRET: 'secret of the gateway' },
      ...gateway,
      upstream: { command: process.execPath, ...upstream, args: [scripted, ...(upstream.args ?? [])] },
      timeouts: { shutdown: 0.05, processStop: 0.5, ...gateway.timeouts },
    },
  })

  async function connect({ claims = {}, revision = '2025-11-25', capabilities = {} }: Who = {}): Promise<StdioClient> {
    const isModern = revision === modern
    let session: Record<string, string> = {}

    async function send(message: Message, headers = {}, signal?: AbortSignal): Promise<Response> {
      const { params = {} } = message
      const _meta = {
        ...(params._meta ?? {}),
        'io.modelcontextprotocol/protocolVersion': revision,
        'io.modelcontextprotocol/clientCapabilities': capabilities,
      }
      return fetch(scene.url, {
        method: 'POST',
        headers: {
          ...scene.signedIn(claims),
          Accept: 'application/json, text/event-stream',
          'MCP-Protocol-Version': revision,
          ...(isModern && message.method !== undefined && { 'Mcp-Method': message.method }),
          ...(isModern && typeof params.name === 'string' && { 'Mcp-Name': params.name }),
          ...session,
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: '2.0', ...message, ...(isModern && { params: { ...params, _meta } }) }),
        ...(signal !== undefined && { signal }),
      })
    }

    if (!isModern) {
      const clientInfo = { name: 'test', version: '1' }
      const params = { protocolVersion: revision, capabilities, clientInfo }
      const opened = await send({ id: 0, method: 'initialize', params })
      if (opened.status !== 200) throw new Error(`initialize: ${opened.status} ${await opened.text()}`)
      await opened.body?.cancel()
      session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' }
      await send({ method: 'notifications/initialized' })
    }
    return {
      session,
      send,
      async call(name, args = {}) {
        const answer = await answerIn(await send({ id: 1, method: 'tools/call', params: { name, arguments: args } }))
        if (answer.result === undefined) throw new Error(JSON.stringify(answer))
        return answer.result
      },
      listen: () =>
        fetch(scene.url, { headers: { ...scene.signedIn(claims), ...session, Accept: 'text/event-stream' } }),
    }
  }

  return { ...scene, connect }
}
