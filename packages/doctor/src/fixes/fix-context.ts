import { authorizationServerMetadataUrl, protectedResourceMetadataUrl } from '@portcullis/auth/protocol'
import type { Exchange } from '../evidence/exchange.ts'
import type { Finding, FindingArgs } from '../findings/finding.ts'
import type { FixContext } from './change.ts'

/**
 * The issuer of a document that was only handed on: it names its own origin throughout, and stands at another. That issuer is the one to name, since
 * its tokens do. `undefined` for a server that says a wrong name of itself.
 */
export function issuerHandedOn({ code, args }: Finding, exchanges: readonly Exchange[]): string | undefined {
  if (code !== 'issuer_mismatch') return undefined
  const { issuer, expected } = args as FindingArgs['issuer_mismatch'] // the code says so
  const document = documents(exchanges).find((each) => each.issuer === issuer)
  const endpoint = text(document?.authorization_endpoint)
  if (text(issuer) === undefined || endpoint === undefined) return undefined
  const { origin } = new URL(issuer)
  return origin !== new URL(expected).origin && origin === new URL(endpoint).origin ? issuer : undefined
}

/** The values that the lines of a fix are filled with: as seen where they were seen, and as they usually are elsewhere. */
export function fixContext(target: string, exchanges: readonly Exchange[]): FixContext {
  const { origin, pathname } = new URL(target)
  const resource = documentWith(exchanges, 'authorization_servers')
  const issuer = firstUrl(resource?.authorization_servers) ?? text(documentWith(exchanges, 'issuer')?.issuer) ?? origin
  const server = documents(exchanges).find((document) => document.issuer === issuer) ?? {}
  const metadataUrl = protectedResourceMetadataUrl(target)
  const base = issuer.replace(/\/$/, '')
  return {
    target,
    path: pathname,
    origin,
    metadataUrl,
    metadataPath: new URL(metadataUrl).pathname,
    issuer,
    authorizationEndpoint: text(server.authorization_endpoint) ?? `${base}/authorize`,
    tokenEndpoint: text(server.token_endpoint) ?? `${base}/token`,
    registrationEndpoint: text(server.registration_endpoint) ?? `${base}/register`,
    issuerMetadataUrl: authorizationServerMetadataUrl(issuer),
  }
}

function documents(exchanges: readonly Exchange[]): readonly Record<string, unknown>[] {
  return exchanges.flatMap(({ outcome }) => {
    if (outcome.kind !== 'answer' || outcome.status !== 200) return []
    try {
      const document: unknown = JSON.parse(outcome.body)
      return typeof document === 'object' && document !== null ? [document as Record<string, unknown>] : [] // fields are judged where they are read
    } catch {
      return []
    }
  })
}

function documentWith(exchanges: readonly Exchange[], field: string): Record<string, unknown> | undefined {
  return documents(exchanges).find((document) => Object.hasOwn(document, field))
}

function firstUrl(value: unknown): string | undefined {
  const [first] = Array.isArray(value) ? value : []
  return typeof first === 'string' && /^https?:\/\/[^\s'"`\\]+$/.test(first) ? first : undefined
}

/** What an outsider wrote comes into lines that people paste: nothing but a plain URL may. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\/[^\s'"`\\]+$/.test(value) ? value : undefined
}
