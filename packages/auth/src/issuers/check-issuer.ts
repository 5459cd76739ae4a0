import { type CheckIssuerOptions, resolveCheck } from './config.ts'
import { type IssuerFinding, judgeIssuer } from './judge-issuer.ts'
import { lookAtIssuer } from './look-at-issuer.ts'

/**
 * What an issuer lacks, and for which clients: for the log of a server that starts, beside `ready()`. It asks for metadata and keys alone, registers
 * nobody, and never rejects because of what it finds. Throws `TypeError` for an option that cannot stand.
 */
export async function checkIssuer(options: CheckIssuerOptions): Promise<readonly IssuerFinding[]> {
  const check = resolveCheck(options)
  return judgeIssuer(await lookAtIssuer(check), check)
}
