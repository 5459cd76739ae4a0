import { authorizationServerMetadataUrl, protectedResourceMetadataUrl } from '@portcullis/auth/protocol'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { isObject, type JsonObject, readJson } from '../evidence/read-json.ts'
import type { Finding, FindingArgs } from '../findings/finding.ts'
import type { FixContext } from './change.ts'
import { type Placeholder, placeholder, placeholdersIn } from './placeholders.ts'
import type { SeenEndpoints } from './seen-endpoints.ts'

type Documents = readonly JsonObject[]

/**
 * Where a sign-in server is called by a wrong name, the name that the metadata of the MCP server should have: the one that the sign-in server gives itself,
 * if it is another server, or its document was only handed on (it stands at another origin than its endpoints). `undefined` for a server that says a
 * wrong name of itself.
 */
export function issuerToName({ code, args }: Finding, documents: Documents, target: string): string | undefined {
  if (code !== 'issuer_mismatch') return undefined
  const { issuer, expected } = args as FindingArgs['issuer_mismatch'] // the code says so
  const document = documents.find((each) => each.issuer === issuer)
  const endpoint = text(document?.authorization_endpoint)
  if (text(issuer) === undefined || endpoint === undefined) return undefined
  const { origin } = new URL(issuer)
  const isHandedOn = origin !== new URL(expected).origin && origin === new URL(endpoint).origin
  const isOthers = origin === new URL(expected).origin && origin !== new URL(target).origin
  return isHandedOn || isOthers ? issuer : undefined
}

/** The values that the lines of a fix are filled with: as seen where they were seen, and placeholders elsewhere. */
export function fixContext(target: string, documents: Documents, seen: SeenEndpoints = {}): FixContext {
  const { origin, pathname } = new URL(target)
  const resource = documentWith(documents, 'authorization_servers')
  const listed = firstUrl(resource?.authorization_servers)
  const named = listed ?? text(documentWith(documents, 'issuer')?.issuer)
  const hasEndpoints = [seen.authorization, seen.token, seen.registration].some((url) => text(url) !== undefined)
  const issuer = named ?? (hasEndpoints ? origin : placeholder('issuer'))
  const server = documents.find((document) => document.issuer === issuer) ?? {}
  const metadataUrl = protectedResourceMetadataUrl(target)
  const base = (named === undefined ? issuer : pasteable(named)).replace(/\/$/, '')
  const endpoint = (name: Placeholder, ...urls: readonly unknown[]) =>
    urls.map(text).find((url) => url !== undefined) ?? `${base}${placeholder(name)}`
  const authorizationEndpoint = endpoint('authorization', seen.authorization, server.authorization_endpoint)
  const tokenEndpoint = endpoint('token', seen.token, server.token_endpoint)
  const registrationEndpoint = endpoint('registration', seen.registration, server.registration_endpoint)
  const keySet = endpoint('keys', seen.keys, server.jwks_uri)
  const isRegistrationSeen = placeholdersIn(registrationEndpoint).length === 0
  return {
    target: pasteable(target),
    path: pasteable(pathname),
    origin: pasteable(origin),
    metadataUrl: pasteable(metadataUrl),
    metadataPath: pasteable(new URL(metadataUrl).pathname),
    pointer: text(seen.resourceMetadata) ?? pasteable(metadataUrl),
    issuer: named === undefined ? issuer : pasteable(issuer),
    issuerMetadataPath: pasteable(new URL(authorizationServerMetadataUrl(issuer)).pathname),
    authorizationEndpoint,
    tokenEndpoint,
    registrationEndpoint: seen.takesDocuments === true && !isRegistrationSeen ? undefined : registrationEndpoint,
    keySet,
    authenticationMethods: ['none', ...(seen.authenticationMethods ?? []).filter(isOtherMethod)],
    // Who signs people in elsewhere must not say what a guard leaves open here.
    signInPaths:
      listed !== undefined && new URL(listed).origin !== origin
        ? []
        : pathsAt(origin, [authorizationEndpoint, tokenEndpoint, registrationEndpoint, keySet]),
  }
}

function isOtherMethod(method: string): boolean {
  return method !== 'none' && /^[a-z_]{1,40}$/.test(method)
}

/** Those that stand at this host. Where nothing was seen, a sign-in server may stand there all the same, behind what guards it. */
function pathsAt(origin: string, urls: readonly string[]): readonly string[] {
  const seen = urls.filter((url) => placeholdersIn(url).length === 0)
  if (seen.length === 0) return ['/authorize', '/token', '/register', '/jwks']
  return seen.filter((url) => new URL(url).origin === origin).map((url) => pasteable(new URL(url).pathname))
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
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/['"`\\${};\s\p{Cc}\p{Cf}]/gu, (mark) =>
      mark === "'" ? '%27' : encodeURIComponent(mark).replaceAll(';', '%3B'),
    )
}
