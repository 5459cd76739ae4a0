import type { ProbeRequest } from '../evidence/exchange.ts'

/** The requests that probes and simulations send: made in one place, so that what one has asked the other need not ask again. */

/** Who asks: `undefined` is the doctor itself, else the `User-Agent` of a client; an empty one is not sent. */
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
  /** As a page of this origin asks. */
  origin?: string
}

/** Bearer tokens of this text were issued by nobody. */
export const bogusToken = 'portcullis-doctor-no-token'

/** The page of the official inspector, where it runs by default. */
export const browserOrigin = 'http://localhost:6274'

export function mcpRequest(url: string, first: FirstRequest, options: McpRequestOptions = {}): ProbeRequest {
  const { voice, protocolVersion, token, origin } = options
  const version = protocolVersion ?? (first === 'post_discover' ? '2026-07-28' : undefined)
  const headers = {
    ...asVoice(voice),
    ...(version !== undefined && { 'mcp-protocol-version': version }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(origin !== undefined && { origin }),
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

/** What shows whether anything answers at an endpoint: it is neither an authorization request nor a registration, whoever reads it. */
export function endpointRequest(url: string, voice?: Voice): ProbeRequest {
  return { method: 'GET', url, headers: { ...asVoice(voice), accept: 'application/json' } }
}

/** Ends a session, and names none. */
export function deleteRequest(url: string): ProbeRequest {
  return { method: 'DELETE', url, headers: asVoice(undefined) }
}

/** What a document weighs, without it. */
export function documentHeadRequest(url: string): ProbeRequest {
  return { ...documentRequest(url), method: 'HEAD' }
}

/** The list of tools, without a session: to a server that looks at sessions first it is a mistake. */
export function toolsRequest(url: string): ProbeRequest {
  return { method: 'POST', url, headers: { ...asVoice(undefined), ...jsonRpc }, body: listTools }
}

/** A token request that asks for nothing: no grant type, no code, no client. */
export function emptyTokenRequest(url: string): ProbeRequest {
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', url, headers: { ...asVoice(undefined), ...headers }, body: '' }
}

/** What a browser asks before a page may send `method` with `headers`. */
export function preflightRequest(url: string, method: 'GET' | 'POST', headers: string): ProbeRequest {
  return {
    method: 'OPTIONS',
    url,
    headers: {
      ...asVoice(undefined),
      origin: browserOrigin,
      'access-control-request-method': method,
      'access-control-request-headers': headers,
    },
  }
}

/** A document, asked for under a name that the server does not have. */
export function misnamedRequest(url: string, header: 'host' | 'x-forwarded-host'): ProbeRequest {
  const request = documentRequest(url)
  return { ...request, headers: { ...request.headers, [header]: wrongHost } }
}

/** Nobody's (RFC 6761 §6.5). */
export const wrongHost = 'portcullis-doctor.example'

const jsonRpc = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' }

const clientInfo = { name: 'portcullis-doctor', version: '1' }

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
})

const listTools = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'tools/list', params: {} })

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
  return voice === '' ? {} : { 'user-agent': voice ?? doctorUserAgent }
}
