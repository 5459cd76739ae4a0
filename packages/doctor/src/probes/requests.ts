import type { ProbeRequest } from '../evidence/exchange.ts'

/** The requests that probes and simulations send: made in one place, so that what one has asked the other need not ask again. */

/** Who asks: `undefined` is the doctor itself, else the `User-Agent` of a client. */
export type Voice = string | undefined

/** The first words of clients to the MCP URL, without a token. */
export type FirstRequest = 'post_initialize' | 'post_discover' | 'get' | 'head'

export const doctorUserAgent = 'portcullis-doctor'

export interface McpRequestOptions {
  voice?: Voice
  /** `MCP-Protocol-Version`. Default: as current clients send it with that request. */
  protocolVersion?: string
  /** Sent as the bearer token: never a real one. */
  token?: string
}

export function mcpRequest(url: string, first: FirstRequest, options: McpRequestOptions = {}): ProbeRequest {
  const { voice, protocolVersion, token } = options
  const version = protocolVersion ?? (first === 'post_discover' ? '2026-07-28' : undefined)
  const headers = {
    ...asVoice(voice),
    ...(version !== undefined && { 'mcp-protocol-version': version }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  switch (first) {
    case 'post_initialize':
      return { method: 'POST', url, headers: { ...headers, ...jsonRpc }, body: initialize }
    case 'post_discover':
      return {
        method: 'POST',
        url,
        headers: { ...headers, ...jsonRpc, 'mcp-method': 'server/discover' },
        body: discover,
      }
    case 'get':
      return { method: 'GET', url, headers: { ...headers, accept: 'text/event-stream' } }
    case 'head':
      return { method: 'HEAD', url, headers: { ...headers, accept: 'text/event-stream' } }
    default:
      return first satisfies never
  }
}

/** A document of metadata or keys. */
export function documentRequest(url: string, voice?: Voice): ProbeRequest {
  return {
    method: 'GET',
    url,
    headers: { ...asVoice(voice), accept: 'application/json', 'mcp-protocol-version': '2025-11-25' },
  }
}

/**
 * What shows whether anything answers at an endpoint: a request that is neither an authorization request nor a registration, whoever reads
 * it. A POST is plain text, since many servers refuse malformed JSON before they look at the path, and answer OPTIONS and GET at any path.
 */
export function endpointRequest(method: 'GET' | 'POST', url: string, voice?: Voice): ProbeRequest {
  const headers = { ...asVoice(voice), accept: 'application/json' }
  if (method === 'GET') return { method, url, headers }
  return { method, url, headers: { ...headers, 'content-type': 'text/plain' }, body: doctorUserAgent }
}

const jsonRpc = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' }

const clientInfo = { name: 'portcullis-doctor', version: '1' }

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
})

const discover = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'server/discover',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
})

function asVoice(voice: Voice): Record<string, string> {
  return { 'user-agent': voice ?? doctorUserAgent }
}
