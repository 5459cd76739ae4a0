import { checkIssuer, clientNeedsOf } from '@portcullis/auth/issuers'
import { profiles } from '@portcullis/clients'
import { issuer, scopes } from './resource-server.ts'

/** Says at the start what the instance of Clerk lacks, and which clients that stops. It keeps nobody from starting: pages work without. */
export async function checkClerk(): Promise<void> {
  const findings = await checkIssuer({
    issuer: issuer(),
    scopes,
    mirrorMetadata: true,
    knownClients: clientNeedsOf(profiles),
  })
  for (const { severity, code, message, fix } of findings) console.warn(`mcp: ${severity} ${code}: ${message}. ${fix}.`)
}
