import { messageOf } from '../net/message-of.ts'
import { authorizationServerMetadataUrl } from '../protocol/metadata.ts'
import { originOf, pathOf, sameIdentifier } from '../protocol/resource.ts'
import type { ResolvedResourceServer } from './config.ts'
import { forEveryone, metadataAnswer } from './cors.ts'
import { metadataUrls, openidConfigurationUrls, readDocument } from './issuer-metadata.ts'
import { unavailable } from './refusals.ts'
import type { RequestHead } from './resource-server.ts'

/** The metadata of the first issuer at the host of the MCP server, for clients that look there alone. */
export interface MirroredMetadata {
  paths: readonly string[]
  /** Resolves when they are there. Rejects where they cannot be had. */
  ready(): Promise<void>
  answer(request: Pick<RequestHead, 'method' | 'headers'> & { path: string }): Promise<Response>
}

const freshFor = 300 // seconds for which a document is shown without asking
const absentFor = 60 // and that there is none
const staleFor = 86_400 // seconds for which it is shown while its issuer cannot be reached
const rest = 5 // seconds after a read that failed until the next

/**
 * Law 15: what the issuer says is shown as it says it, byte by byte, its `issuer` included, and leads to the issuer's endpoints. Nothing of it is ours.
 * Throws `TypeError` where its issuer has its metadata at this very server.
 */
export function createMirror(options: ResolvedResourceServer): MirroredMetadata {
  const [{ issuer }] = options.authorizationServers
  const origins = options.served.map(originOf)
  if (metadataUrls(issuer).some((url) => origins.includes(originOf(url))))
    throw new TypeError(
      `"mirrorMetadata" is for an issuer elsewhere, but ${issuer} has its metadata at this very server`,
    )
  const oauth = createDocument([authorizationServerMetadataUrl(issuer), ...openidConfigurationUrls(issuer)])
  const openid = createDocument(openidConfigurationUrls(issuer))
  const documents = new Map(options.served.flatMap((resource) => placesOf(resource)))

  /** The places of a document, of which the first that has one counts: read once for all who wait, and shown on while it is read anew. */
  function createDocument(urls: readonly string[]): () => Promise<string | undefined> {
    let held: { text: string | undefined; readAt: number } | undefined
    let reading: Promise<string | undefined> | undefined
    let failure: { at: number; cause: unknown } | undefined

    async function read(): Promise<string | undefined> {
      try {
        const text = await firstOf(urls, issuer, options)
        held = { text, readAt: options.now() }
        failure = undefined
        return text
      } catch (cause) {
        failure = { at: options.now(), cause }
        throw cause
      }
    }

    function refresh(): Promise<string | undefined> {
      reading ??= read().finally(() => {
        reading = undefined
      })
      return reading
    }

    return async () => {
      const age = held === undefined ? Number.POSITIVE_INFINITY : Math.abs(options.now() - held.readAt)
      if (held !== undefined && age < (held.text === undefined ? absentFor : freshFor)) return held.text
      const isResting = failure !== undefined && Math.abs(options.now() - failure.at) < rest
      if (held?.text !== undefined && age < staleFor) {
        if (!isResting && reading === undefined) refresh().catch((cause) => tell(cause, { isServedStale: true }))
        return held.text
      }
      if (isResting && reading === undefined) throw failure?.cause
      return refresh()
    }
  }

  function placesOf(resource: string): readonly [string, () => Promise<string | undefined>][] {
    const path = pathOf(resource)
    return [
      ['/.well-known/oauth-authorization-server', oauth],
      [`/.well-known/oauth-authorization-server${path}`, oauth],
      [`${path}/.well-known/oauth-authorization-server`, oauth],
      ['/.well-known/openid-configuration', openid],
      [`/.well-known/openid-configuration${path}`, openid],
      [`${path}/.well-known/openid-configuration`, openid],
    ]
  }

  function tell(cause: unknown, more: { isServedStale?: true } = {}): void {
    options.onEvent({ type: 'metadata_unavailable', detail: messageOf(cause), ...more })
  }

  return {
    paths: [...documents.keys()],
    async ready() {
      await oauth()
    },
    async answer(request) {
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      try {
        const text = isRead ? await documents.get(request.path)?.() : undefined
        const ifAbsent = `${issuer} has no such metadata`
        return metadataAnswer(request, { name: 'authorization_server', text, ifAbsent }, options.onEvent)
      } catch (cause) {
        tell(cause)
        return unavailable('The metadata of the authorization server cannot be read right now; try again', forEveryone)
      }
    },
  }
}

/** The text of the first document that there is; `undefined` where the issuer says of each place that there is none. Rejects in an outage. */
async function firstOf(
  urls: readonly string[],
  issuer: string,
  options: Pick<ResolvedResourceServer, 'fetch'>,
): Promise<string | undefined> {
  const causes: unknown[] = []
  for (const url of urls) {
    try {
      const { document, text } = await readDocument(url, options)
      if (document === undefined) continue
      const named: unknown = Reflect.get(document, 'issuer')
      if (typeof named === 'string' && sameIdentifier(named, issuer)) return text
      throw new Error(`the metadata at ${url} is of the issuer ${JSON.stringify(named)}`)
    } catch (cause) {
      causes.push(cause)
    }
  }
  if (causes.length === 0) return undefined
  throw new Error(`No metadata of ${issuer}: ${causes.map(messageOf).join('; ')}`)
}
