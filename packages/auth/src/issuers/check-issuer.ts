import { fields, func, listOf, required, requireShape, text, textOr, truth } from '../protocol/option-shapes.ts'
import type { TrustedIssuer } from '../resource-server/config.ts'
import { resolveIssuer } from '../resource-server/config.ts'
import { trustedIssuerShape } from '../resource-server/option-shapes.ts'
import type { ClientNeeds } from './client-needs.ts'
import { type IssuerFinding, judgeIssuer } from './judge-issuer.ts'
import { lookAtIssuer } from './look-at-issuer.ts'

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

/**
 * What an issuer lacks, and for which clients: for the log of a server that starts, beside `ready()`. It asks for metadata and keys alone, registers
 * nobody, and never rejects because of what it finds. Throws `TypeError` for an option that cannot stand.
 */
export async function checkIssuer(options: CheckIssuerOptions): Promise<readonly IssuerFinding[]> {
  requireShape(options, shape, 'checkIssuer')
  const {
    issuer,
    scopes = [],
    mirrorMetadata = false,
    knownClients = [],
    fetch: send = (request) => fetch(request),
  } = options
  const trusted = resolveIssuer(issuer)
  return judgeIssuer(await lookAtIssuer(trusted, send), { trusted, scopes, mirrorMetadata, knownClients })
}
