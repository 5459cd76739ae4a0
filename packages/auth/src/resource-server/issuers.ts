import { createKeySet, type JSONWebKeySet } from '../jwt/key-set.ts'
import type { TokenRules } from '../jwt/verify-access-token.ts'
import { authorizationServerMetadataUrl } from '../protocol/metadata.ts'
import { isSecureUrl, originOf, pathOf, sameIdentifier } from '../protocol/resource.ts'
import type { ResolvedIssuer, ResolvedResourceServer } from './config.ts'

/** The rules for each trusted issuer, with its keys behind them. */
export function createIssuers(options: ResolvedResourceServer, onKeysChanged: () => void): readonly TokenRules[] {
  return options.authorizationServers.map((trusted) => ({
    issuer: trusted.issuer,
    algorithms: trusted.algorithms,
    tokenType: trusted.tokenType,
    keys: createKeySet({
      read: async () => (await readJson(await jwksUriOf(trusted, options), options)) as JSONWebKeySet, // jose validates it
      onChange: onKeysChanged,
      onStale: (cause) =>
        options.onEvent({
          type: 'verification_unavailable',
          reason: 'keys',
          detail: `keys of ${trusted.issuer} are served stale: ${messageOf(cause)}`,
        }),
      now: options.now,
    }),
  }))
}

async function jwksUriOf(trusted: ResolvedIssuer, options: ResolvedResourceServer): Promise<string> {
  if (trusted.jwksUri !== undefined) return trusted.jwksUri
  const causes: unknown[] = []
  for (const url of metadataUrls(trusted.issuer)) {
    try {
      const { issuer, jwks_uri } = (await readJson(url, options)) as { issuer?: unknown; jwks_uri?: unknown } // both judged below
      if (typeof issuer !== 'string' || !sameIdentifier(issuer, trusted.issuer))
        throw new Error(`the metadata at ${url} is of the issuer ${JSON.stringify(issuer)}`)
      if (typeof jwks_uri !== 'string') throw new Error(`the metadata at ${url} has no "jwks_uri"`)
      if (!isSecureUrl(jwks_uri)) throw new Error(`the metadata at ${url} has a "jwks_uri" that is no https URL`)
      return jwks_uri
    } catch (cause) {
      causes.push(cause)
    }
  }
  throw new Error(`No metadata of ${trusted.issuer}: ${causes.map(messageOf).join('; ')}`)
}

/** RFC 8414 §3.1, then OpenID Connect Discovery §4 in both readings, as MCP demands of clients. */
function metadataUrls(issuer: string): readonly string[] {
  const origin = originOf(issuer)
  const path = pathOf(issuer).replace(/\/$/, '')
  const urls = [
    authorizationServerMetadataUrl(issuer),
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(urls)]
}

const longestDocument = 1_048_576

async function readJson(url: string, { fetch }: ResolvedResourceServer): Promise<unknown> {
  const request = new Request(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(5000),
  })
  const response = await fetch(request)
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
  const document: unknown = JSON.parse(await readText(response, url))
  if (typeof document !== 'object' || document === null) throw new Error(`${url} is no JSON object`)
  return document
}

/** Never more of it than may be: what was announced, or what kind of answer it is, counts for nothing. */
async function readText({ body }: Response, url: string): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const part = await reader?.read()
    if (part?.value === undefined) return text
    text += part.value
    if (text.length > longestDocument) {
      await reader?.cancel()
      throw new Error(`${url} is longer than ${longestDocument} characters`)
    }
  }
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message} (${cause.cause.message})` : cause.message
}
