import { authorizationServerMetadataUrl, protectedResourceMetadataUrl } from '@portcullis/auth/protocol'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { isObject, type JsonObject, readJson } from '../evidence/read-json.ts'
import type { Finding, FindingArgs } from '../findings/finding.ts'
import type { FixContext } from './change.ts'
import type { SeenEndpoints } from './seen-endpoints.ts'

type Documents = readonly JsonObject[]

/**
 * The issuer of a document that was only handed on: it names its own origin throughout, and stands at another. That issuer is the one to name, since
 * its tokens do. `undefined` for a server that says a wrong name of itself.
 */
export function issuerHandedOn({ code, args }: Finding, documents: Documents): string | undefined {
  if (code !== 'issuer_mismatch') return undefined
  const { issuer, expected } = args as FindingArgs['issuer_mismatch'] // the code says so
  const document = documents.find((each) => each.issuer === issuer)
  const endpoint = text(document?.authorization_endpoint)
  if (text(issuer) === undefined || endpoint === undefined) return undefined
  const { origin } = new URL(issuer)
  return origin !== new URL(expected).origin && origin === new URL(endpoint).origin ? issuer : undefined
}

/** The values that the lines of a fix are filled with: as seen where they were seen, and as they usually are elsewhere. */
export function fixContext(target: string, documents: Documents, endpoints: SeenEndpoints = {}): FixContext {
  const { origin, pathname } = new URL(target)
  const resource = documentWith(documents, 'authorization_servers')
  const issuer = firstUrl(resource?.authorization_servers) ?? text(documentWith(documents, 'issuer')?.issuer) ?? origin
  const server = documents.find((document) => document.issuer === issuer) ?? {}
  const metadataUrl = protectedResourceMetadataUrl(target)
  const endpoint = (usual: string, ...seen: readonly unknown[]) =>
    seen.map(text).find((url) => url !== undefined) ?? pasteable(`${issuer.replace(/\/$/, '')}${usual}`)
  return {
    target: pasteable(target),
    path: pasteable(pathname),
    origin: pasteable(origin),
    metadataUrl: pasteable(metadataUrl),
    metadataPath: pasteable(new URL(metadataUrl).pathname),
    issuer: pasteable(issuer),
    authorizationEndpoint: endpoint('/authorize', endpoints.authorization, server.authorization_endpoint),
    tokenEndpoint: endpoint('/token', endpoints.token, server.token_endpoint),
    registrationEndpoint: endpoint('/register', endpoints.registration, server.registration_endpoint),
    issuerMetadataUrl: pasteable(authorizationServerMetadataUrl(issuer)),
  }
}

/** All JSON objects that were answered, in the order of asking. */
export function documentsIn(exchanges: readonly Exchange[]): Documents {
  return exchanges.flatMap((exchange) => {
    const document = statusOf(exchange) === 200 ? readJson(exchange) : undefined
    return isObject(document) ? [document] : []
  })
}

function documentWith(documents: Documents, field: string): JsonObject | undefined {
  return documents.find((document) => Object.hasOwn(document, field))
}

function firstUrl(value: unknown): string | undefined {
  return Array.isArray(value) ? text(value[0]) : undefined
}

/** What an outsider wrote comes into lines that people paste, and that `jq -r` prints as they are: nothing but a plain URL may. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\/[^\s'"`\\${};\p{C}]+$/u.test(value) && URL.canParse(value)
    ? value
    : undefined
}

/** The lines of a fix are code of many languages: what would end a string, a word or a block in one of them stands as its percent-encoding. */
function pasteable(url: string): string {
  return url
    .toWellFormed()
    .replace(/['"`\\${};\s\p{Cc}\p{Cf}]/gu, (mark) =>
      mark === "'" ? '%27' : encodeURIComponent(mark).replaceAll(';', '%3B'),
    )
}
