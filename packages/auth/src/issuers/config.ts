import { fields, func, listOf, required, requireShape, text, textOr, truth } from '../protocol/option-shapes.ts'
import { trustedIssuerShape } from '../resource-server/option-shapes.ts'
import { type ResolvedIssuer, resolveIssuer, type TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import type { ClientNeeds } from './client-needs.ts'

export interface CheckIssuerOptions {
  /** As the resource server is given it. */
  issuer: string | TrustedIssuer
  /** The scopes that clients are told to ask for. Default: none. */
  scopes?: readonly string[]
  /** Whether the resource server mirrors the metadata. Default false. */
  mirrorMetadata?: boolean
  /** What clients want: `clientNeedsOf(profiles)` with the `profiles` of `@portcullis/clients`. Default: none, and then nothing is said of single clients. */
  knownClients?: readonly ClientNeeds[]
  /** Default: the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>
}

export interface ResolvedCheck {
  trusted: ResolvedIssuer
  scopes: readonly string[]
  mirrorMetadata: boolean
  knownClients: readonly ClientNeeds[]
  fetch: (request: Request) => Promise<Response>
}

const shape = fields<CheckIssuerOptions>({
  issuer: required(textOr(trustedIssuerShape)),
  scopes: listOf(text),
  mirrorMetadata: truth,
  knownClients: listOf(
    fields<ClientNeeds>({
      name: required(text),
      registersBy: listOf(text),
      needsS256: text,
      looksAt: listOf(text),
      sendsResource: truth,
    }),
  ),
  fetch: func,
})

/** Throws `TypeError` for an option that cannot stand. */
export function resolveCheck(options: CheckIssuerOptions): ResolvedCheck {
  requireShape(options, shape, 'checkIssuer')
  const { issuer, scopes = [], mirrorMetadata = false, knownClients = [] } = options
  const trusted = resolveIssuer(issuer)
  return { trusted, scopes, mirrorMetadata, knownClients, fetch: options.fetch ?? ((request) => fetch(request)) }
}
