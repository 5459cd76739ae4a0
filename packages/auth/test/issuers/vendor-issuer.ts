import { readFileSync } from 'node:fs'
import { createResourceServer, type ResourceServerOptions, type TrustedIssuer } from '@portcullis/auth'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { resource } from '../world.ts'

type Claims = Record<string, unknown>

/** What a vendor's access tokens are, as it documents them or somebody recorded one: a file of `tokens/`, which names its sources. */
export interface VendorTokens {
  vendor: string
  sources: readonly { url: string; what: string; seen: string }[]
  issuer: string
  metadata: { at: string; jwks_uri: string } & Claims
  header: { alg: string; typ?: string }
  claims: Claims
  /** Whether its tokens name nothing that they are for. */
  namesNoAudience?: boolean
  expected: { clientId: string; scope: readonly string[]; roles: readonly string[] }
  /** A token of the same issuer that is no access token for MCP servers. */
  otherToken?: { what: string; header: { alg: string; typ?: string }; claims: Claims }
}

export const at = 1_800_000_000

export function tokensOf(vendor: string): VendorTokens {
  return JSON.parse(readFileSync(new URL(`./tokens/${vendor}.json`, import.meta.url), 'utf8')) // our own files
}

/** An MCP server that trusts a vendor's issuer, which is played: its metadata and keys at its own addresses, and tokens of the vendor's form. */
export async function vendorIssuer(
  tokens: VendorTokens,
  trusted: TrustedIssuer,
  options: Partial<ResourceServerOptions> = {},
) {
  const { publicKey, privateKey } = await generateKeyPair(tokens.header.alg, { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'vendor-1', use: 'sig' }]
  const { at: metadataUrl, ...metadata } = tokens.metadata
  const events: Record<string, unknown>[] = []
  const asked: string[] = []
  const server = createResourceServer({
    resource,
    authorizationServers: [trusted],
    now: () => at,
    onEvent: (event) => events.push({ ...event }),
    async fetch({ url }) {
      asked.push(url)
      if (url === metadataUrl) return Response.json({ issuer: tokens.issuer, ...metadata })
      if (url === metadata.jwks_uri) return Response.json({ keys })
      return new Response('', { status: 404 })
    },
    ...options,
  })
  const sign = (changes: Claims = {}, { header, claims }: Pick<VendorTokens, 'header' | 'claims'> = tokens) =>
    new SignJWT(filledIn({ iat: at - 10, exp: at + 300, ...claims, ...changes }, tokens))
      .setProtectedHeader({ kid: 'vendor-1', ...header })
      .sign(privateKey)
  return { server, sign, events, asked, keys }
}

function filledIn(claims: Claims, { issuer }: VendorTokens): Claims {
  const places: Claims = { '<issuer>': issuer, '<resource>': resource, '<iat>': at - 10 }
  const filled = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(filled) : typeof value === 'string' ? (places[value] ?? value) : value
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, filled(value)]))
}
