import { sha256 } from '#sha256'
import { randomText } from '../authorization-server/tokens/base64url.ts'
import { type NotFromOwnMachine, whyNotFromOwnMachine } from '../protocol/own-machine.ts'
import { expandScope } from '../protocol/scope.ts'
import type { AccessToken } from '../resource-server/access-token.ts'
import {
  type DevLinkOptions,
  type DevLinksOptions,
  type ResolvedDevLinks,
  resolveLink,
  resolveOptions,
} from './config.ts'
import type { DevLinkRecord } from './records.ts'

/** A link, as its person may see it. */
export interface DevLink {
  /** By which it is revoked. Not a secret: nobody makes the link of it. */
  id: string
  subject: string
  scope: readonly string[]
  createdAt: number
  /** Seconds since the epoch. */
  expiresAt: number
}

/** A link that was just made. */
export interface NewDevLink extends DevLink {
  /** Shown once: it is stored nowhere. Whoever has it calls the server as `subject`, from this machine. */
  url: string
}

/** What a request of `node:http` shows. An `IncomingMessage` is one. */
export interface ReceivedRequest {
  readonly url?: string | undefined
  readonly rawHeaders: readonly string[]
  readonly socket: { readonly remoteAddress?: string | undefined; readonly localAddress?: string | undefined }
}

/**
 * Links to the MCP server, each for one person, that need no sign-in: for whoever develops a client and wants to do without a browser. They count on this
 * machine alone, for hours, and can be taken back (law 10). The URL is the credential, which is why they must never be for a public server.
 */
export interface DevLinks {
  /** Throws `TypeError` for what no link can be. */
  create(options: DevLinkOptions): Promise<NewDevLink>
  /** The links of somebody that are good now. At most 100. */
  list(subject: string): Promise<readonly DevLink[]>
  /** Whether there was such a link of that person; it ends with the next request. */
  revoke(link: { id: string; subject: string }): Promise<boolean>
  /** Whether a request comes from this machine, straight: for pages where links are made. */
  isFromOwnMachine(request: ReceivedRequest): boolean
  /**
   * Whose link the request came by, or the refusal to send; `undefined` where it is at no such address. Ask it before the resource server. Give what stands
   * behind the path of the resource in place of that of the link, and show the latter to no log (`redactDevLink`).
   */
  authenticate(request: ReceivedRequest): Promise<AccessToken | Response | undefined>
}

/** Throws `TypeError` for options that cannot stand, and for a server that is not on loopback. */
export function createDevLinks(options: DevLinksOptions): DevLinks {
  const resolved = resolveOptions(options)
  const { resource, origin, prefix, store, isActive, now } = resolved

  return {
    async create(link) {
      const { subject, scope, lifetime } = resolveLink(link)
      const secret = randomText(32)
      const id = await sha256(secret)
      const value: DevLinkRecord = { subject, scope, createdAt: now() }
      const expiresAt = now() + lifetime
      await store.commit([{ kind: 'devLink', id, version: 'absent', value, expiresAt, index: { subject } }])
      return { id, ...value, expiresAt, url: `${resource}/dev/${secret}` }
    },

    async list(subject) {
      const entries = await store.list('devLink', 'subject', subject)
      return entries.map(({ id, value, expiresAt = 0 }) => ({ id, ...value, expiresAt }))
    },

    async revoke({ id, subject }) {
      const entry = await store.get('devLink', id)
      if (entry === undefined || entry.value.subject !== subject) return false
      return store.commit([{ kind: 'devLink', id, version: entry.version, value: undefined }])
    },

    isFromOwnMachine: (request) => whyNotFromOwnMachine(arrived(request), origin) === undefined,

    async authenticate(request) {
      const [path = ''] = (request.url ?? '').split(/[?#]/)
      if (!path.startsWith(prefix)) return undefined
      const why = whyNotFromOwnMachine(arrived(request), origin)
      // Before the link is looked at: whoever is elsewhere does not learn whether it is good.
      if (why !== undefined) return refusal(403, 'access_denied', words[why])
      const id = await sha256(path.slice(prefix.length))
      const entry = await store.get('devLink', id)
      const isGood = entry !== undefined && (entry.expiresAt ?? 0) > now()
      if (!isGood || !(await isActive(entry.value.subject)))
        return refusal(404, 'not_found', 'There is no such dev link: it has expired or was revoked. Make another')
      return accessTokenOf(entry.value, entry.expiresAt ?? 0, resolved)
    },
  }
}

function accessTokenOf(
  { subject, scope }: DevLinkRecord,
  expiresAt: number,
  { resource }: ResolvedDevLinks,
): AccessToken {
  return Object.freeze({
    issuer: 'urn:portcullis:dev-link', // no server's: nothing takes it for a token that was issued
    subject,
    clientId: undefined,
    scope: expandScope(scope, {}),
    resource,
    expiresAt,
    grantId: undefined,
    roles: new Set<string>(),
    groups: new Set<string>(),
    extraClaims: Object.freeze({}),
    claims: Object.freeze({}),
  })
}

/** No challenge: clients would look for metadata at an address with a secret in it. */
function refusal(status: number, error: string, description: string): Response {
  return Response.json(
    { error, error_description: description },
    { status, headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } },
  )
}

const words: Record<NotFromOwnMachine, string> = {
  public_url: 'Dev links are for a server on this machine alone',
  peer: 'Dev links count for this machine alone, and this came from another',
  listener: 'Dev links count on a loopback address alone',
  host: 'Dev links count at localhost, 127.0.0.1 and [::1] alone',
  origin: 'Dev links are for programs, and this came from a web page of another origin',
  proxy: 'Dev links count for this machine alone, and this came through a proxy or a tunnel',
}

function arrived({ rawHeaders, socket: { remoteAddress, localAddress } }: ReceivedRequest) {
  const headers = new Map<string, string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const before = headers.get(name)
    // Repeated, it is neither of the two.
    headers.set(name, before === undefined ? (rawHeaders[index + 1] ?? '') : `${before}, ${rawHeaders[index + 1]}`)
  }
  return {
    headers: { get: (name: string) => headers.get(name) ?? null, keys: () => headers.keys() },
    remoteAddress,
    localAddress,
  }
}
