import type { IncomingMessage } from 'node:http'
import { createSigningKey, type SigningKey } from '../jwt.ts'

/** What a weak server keeps, all of it in memory. */
export interface WeakState {
  origin: string
  /** Whether the server has the fault that the attack of this id looks for. */
  has(fault: string): boolean
  key: SigningKey
  clients: Map<string, WeakClient>
  sessions: Map<string, { subject: string | undefined }>
  tickets: Map<string, Ticket>
  /** What was agreed to before. */
  remembered: Set<string>
  grants: Grant[]
  pushed: Map<string, { clientId: string; parameters: URLSearchParams }>
  devices: { deviceCode: string; userCode: string; clientId: string; approvedBy: string | undefined }[]
  usedAssertions: Set<string>
  registrations: number
  guesses: number
  codes: number
}

export interface WeakClient {
  clientId: string
  redirectUris: readonly string[]
  method: string
  secret: string | undefined
  keys: readonly Record<string, unknown>[]
  managementToken: string
  grantTypes: readonly string[]
  name: string
  uri: string
}

/** A consent that is asked for. */
export interface Ticket {
  session: string
  subject: string
  parameters: URLSearchParams
}

export interface Grant {
  clientId: string
  subject: string
  redirectUri: string
  resource: string
  scope: string
  nonce: string | undefined
  challenge: string | undefined
  method: string | undefined
  code: string
  isCodeUsed: boolean
  refreshTokens: string[]
  accessTokens: string[]
  hasEnded: boolean
  accessLivesOn: boolean
}

export function createState(origin: string, faults: ReadonlySet<string>): WeakState {
  return {
    origin,
    has: (fault) => faults.has(fault),
    key: createSigningKey(),
    clients: new Map(),
    sessions: new Map(),
    tickets: new Map(),
    remembered: new Set(),
    grants: [],
    pushed: new Map(),
    devices: [],
    usedAssertions: new Set(),
    registrations: 0,
    guesses: 0,
    codes: 0,
  }
}

/** A request, read. */
export interface WeakRequest {
  method: string
  url: URL
  headers: IncomingMessage['headers']
  body: string
}

export interface WeakAnswer {
  status: number
  headers?: Readonly<Record<string, string | string[]>>
  body?: string
}

export function json(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): WeakAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }
}

export function refusal(error: string, status = 400): WeakAnswer {
  return json({ error }, status)
}

export function page(
  body: string,
  status = 200,
  headers: Readonly<Record<string, string | string[]>> = {},
): WeakAnswer {
  return {
    status,
    headers: {
      'content-type': 'text/html',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "frame-ancestors 'none'",
      ...headers,
    },
    body: `<!doctype html><title>Weak</title>${body}`,
  }
}

export function redirect(
  location: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  status = 303,
): WeakAnswer {
  return { status, headers: { location, 'cache-control': 'no-store', ...headers } }
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** Names that stand there more than once. */
export function repeatedIn(parameters: URLSearchParams): readonly string[] {
  return [...new Set(parameters.keys())].filter((name) => name !== 'resource' && parameters.getAll(name).length > 1)
}
