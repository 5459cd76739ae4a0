import { originOf } from '@portcullis/auth/protocol'
import type { Evidence } from '../evidence/evidence.ts'
import { follow } from '../evidence/redirects.ts'
import { mayPost } from './may-post.ts'
import { mcpHostServerMetadataPlaces, mistakenServerMetadataPlaces, serverMetadataPlaces } from './places.ts'
import { documentPreflight } from './protected-resource.ts'
import { probeRegistration } from './registration.ts'
import { documentRequest, emptyTokenRequest, endpointRequest, preflightRequest } from './requests.ts'
import { endpointIn, issuersOf, type ServerDocument, serverDocument } from './server-documents.ts'
import { probeUsualEndpoints } from './usual-endpoints.ts'

/** A: the metadata of the authorization servers, and whether what it names is there. */
export async function probeAuthorizationServer(evidence: Evidence): Promise<void> {
  const { issuers, from } = issuersOf(evidence)
  const places = [...issuers.flatMap(serverMetadataPlaces), ...mcpHostServerMetadataPlaces(evidence.target)]
  await askForDocuments(
    evidence,
    places.map(({ url }) => url),
  )

  const missing = issuers.filter((issuer) => serverDocument(evidence, issuer) === undefined)
  await askForDocuments(
    evidence,
    missing.flatMap((issuer) => mistakenServerMetadataPlaces(issuer, evidence.target).map(({ url }) => url)),
  )

  const used = serverDocument(evidence, issuers[0])
  await Promise.all([
    used === undefined ? undefined : probeEndpoints(evidence, used),
    probeRegistration(evidence, used),
    probeAliases(evidence, used),
  ])
  // Elsewhere it is somebody else's, and no lines for it would be pasted.
  if (from === 'metadata' && originOf(issuers[0]) === originOf(evidence.target) && !isComplete(used))
    await probeUsualEndpoints(evidence, issuers[0])
}

function isComplete(used: ServerDocument | undefined): boolean {
  return used !== undefined && ['authorization_endpoint', 'token_endpoint'].every((field) => field in used.document)
}

/** Where clients that do not read the metadata go. */
export function aliasesOf(target: string): readonly string[] {
  return ['/authorize', '/token', '/register'].map((path) => `${originOf(target)}${path}`)
}

async function askForDocuments(evidence: Evidence, urls: readonly string[]): Promise<void> {
  await Promise.all(urls.map(async (url) => follow(evidence, await evidence.ask(documentRequest(url)))))
}

async function probeEndpoints(evidence: Evidence, { document, url }: ServerDocument): Promise<void> {
  const authorization = endpointIn(document, 'authorization_endpoint')
  const token = endpointIn(document, 'token_endpoint')
  const keys = endpointIn(document, 'jwks_uri')
  await Promise.all([
    evidence.ask(documentPreflight(url)),
    authorization !== undefined && evidence.ask(endpointRequest(authorization)),
    token !== undefined && mayPost(evidence, token) && evidence.ask(emptyTokenRequest(token)),
    token !== undefined && evidence.ask(preflightRequest(token, 'POST', 'content-type')),
    keys !== undefined && evidence.ask(documentRequest(keys)),
  ])
}

/** Nothing is to be learnt from them where the authorization server itself stands at the MCP host. */
async function probeAliases(evidence: Evidence, used: ServerDocument | undefined): Promise<void> {
  if (used === undefined || originOf(used.issuer) === originOf(evidence.target)) return
  await Promise.all(aliasesOf(evidence.target).map((url) => evidence.ask(endpointRequest(url))))
}
