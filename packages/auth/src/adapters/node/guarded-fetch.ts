import { lookup } from 'node:dns/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import {
  type DocumentFetch,
  type FetchedDocument,
  markGuarded,
} from '../../authorization-server/clients/document-fetch.ts'
import { kindOfAddress } from './address-kind.ts'

export interface GuardedFetchOptions {
  /** Milliseconds for the whole of it. Default 5000. */
  timeout?: number
  /** The longest body, in bytes. Default 65,536. */
  longest?: number
  /** Sent as `User-Agent`. Default `portcullis`. */
  userAgent?: string
  /**
   * Loopback hosts, as `name` or `name:port`, that may be asked, over plain http as well. For tests and development alone: whoever names a
   * client document can then have this machine ask them. Default: none.
   */
  dangerouslyAllowLoopback?: readonly string[]
  /** All addresses of a host name. Default: the system's resolver. */
  resolve?: (hostname: string) => Promise<readonly string[]>
}

/**
 * The one way in which URLs of outsiders are asked (law 8): GET over https, no redirects, no address that is not public, which is decided for
 * the very addresses that are connected to.
 */
export function createGuardedFetch(options: GuardedFetchOptions = {}): DocumentFetch {
  const { timeout = 5000, longest = 65_536, userAgent = 'portcullis', resolve = systemResolve } = options
  const loopback = new Set(options.dangerouslyAllowLoopback ?? [])

  async function addressesOf(url: URL): Promise<readonly string[] | FetchedDocument> {
    const hostname = url.hostname.replace(/^\[|\]$/g, '')
    const isAllowedLoopback = loopback.has(url.hostname) || loopback.has(url.host)
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isAllowedLoopback))
      return refused(`${url.protocol}//${url.host} is not https`)
    if (url.username !== '' || url.password !== '') return refused('the URL has a user name or password in it')
    let addresses: readonly string[]
    try {
      addresses = isIP(hostname) === 0 ? await resolve(hostname) : [hostname]
    } catch (error) {
      return failure('unreachable', `${hostname} is no known name (${codeOf(error)})`)
    }
    const wanted = isAllowedLoopback ? 'loopback' : 'public'
    const allowed = addresses.filter((address) => kindOfAddress(address) === wanted).slice(0, 4)
    return allowed.length > 0 ? allowed : refused(`${hostname} leads to no ${wanted} address`)
  }

  const fetch: DocumentFetch = async (text) => {
    if (!URL.canParse(text)) return refused('it is no URL')
    const url = new URL(text)
    const ending = new AbortController()
    const end = ending.signal
    const timer = setTimeout(() => ending.abort(), timeout)
    try {
      const addresses = await Promise.race([addressesOf(url), aborted(end)])
      return 'kind' in addresses ? addresses : await ask(url, { addresses, longest, userAgent, end })
    } finally {
      clearTimeout(timer)
    }
  }
  return markGuarded(fetch, { allowsLoopback: loopback.size > 0 })
}

interface Asking {
  addresses: readonly string[]
  longest: number
  userAgent: string
  end: AbortSignal
}

function ask(url: URL, { addresses, longest, userAgent, end }: Asking): Promise<FetchedDocument> {
  return new Promise((settle) => {
    const { request } = url.protocol === 'https:' ? https : http
    const sent = request(url, {
      method: 'GET',
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': userAgent },
      lookup: lookupAmong(addresses),
      agent: false, // no connection that somebody else's document has left open
      signal: end,
      maxHeaderSize: 16_384,
    })
    sent.on('error', (error) => settle(failureOf(error, url, end)))
    sent.on('upgrade', (_answer, socket) => {
      socket.destroy()
      settle(failure('unreachable', `${url.host} answered with another protocol`))
    })
    sent.on('response', (answer) => {
      read(answer, longest).then(
        (body) => {
          settle(body === 'too_long' ? failure('too_long', `${url.host} sent more than ${longest} bytes`) : body)
          sent.destroy()
        },
        (error) => settle(failureOf(error, url, end)),
      )
    })
    sent.end()
  })
}

/** Only a document has a body that is read: a long page beside another status must not hide that status. */
async function read(answer: IncomingMessage, longest: number): Promise<FetchedDocument | 'too_long'> {
  const { statusCode = 0, headers } = answer
  const chunks: Buffer[] = []
  let length = 0
  if (statusCode === 200)
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > longest) return 'too_long'
      chunks.push(chunk)
    }
  return {
    kind: 'answer',
    status: statusCode,
    header(name) {
      const value = Object.hasOwn(headers, name) ? headers[name] : undefined
      return Array.isArray(value) ? value.join(', ') : value
    },
    text: Buffer.concat(chunks).toString('utf8'),
  }
}

/** The name was resolved and its addresses judged already: these and no others. */
function lookupAmong(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, options, callback) => {
    const [first] = found
    if (options.all === true || first === undefined) return callback(null, found)
    callback(null, first.address, first.family)
  }
}

async function systemResolve(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}

function aborted(signal: AbortSignal): Promise<FetchedDocument> {
  return new Promise((settle) => {
    signal.addEventListener('abort', () => settle(failure('timed_out', 'the resolver did not answer in time')), {
      once: true,
    })
  })
}

function failureOf(error: Error, { host }: URL, end: AbortSignal): FetchedDocument {
  if (end.aborted) return failure('timed_out', `${host} did not answer in time`)
  return failure('unreachable', `${host} cannot be reached (${codeOf(error)})`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function refused(detail: string): FetchedDocument {
  return failure('refused', detail)
}

function failure(reason: Extract<FetchedDocument, { kind: 'failure' }>['reason'], detail: string): FetchedDocument {
  return { kind: 'failure', reason, detail }
}
