import type { Evidence } from '../evidence/evidence.ts'
import { resourceMetadataPlaces, serverMetadataPlaces } from './places.ts'
import { probeRegistration } from './registration.ts'
import { documentRequest, endpointRequest, mcpRequest } from './requests.ts'
import { isWebUrl, pointerOf } from './resource-documents.ts'
import { endpointIn, issuersOf, serverDocument } from './server-documents.ts'

/** What clients themselves ask, each part as soon as it can be, before what only the doctor wants to know: a slow server, or one that counts requests, may not answer all. */
export async function probeEssentials(evidence: Evidence): Promise<void> {
  const { target } = evidence
  const { path, root } = resourceMetadataPlaces(target)
  const pointer = pointerOf(evidence)
  const pointed = pointer !== undefined && isWebUrl(pointer) ? [pointer] : []
  const [guessed] = serverMetadataPlaces(new URL(target).origin)
  await Promise.all([
    ...[...new Set([...pointed, path, root, guessed?.url ?? root])].map((url) => evidence.ask(documentRequest(url))),
    ...(['post_discover', 'get'] as const).map((first) => evidence.ask(mcpRequest(target, first))),
  ])

  const [issuer] = issuersOf(evidence).issuers
  const isKnown = serverDocument(evidence, issuer) !== undefined
  if (!isKnown) await Promise.all(serverMetadataPlaces(issuer).map(({ url }) => evidence.ask(documentRequest(url))))
  const used = serverDocument(evidence, issuer)
  const authorization = used === undefined ? undefined : endpointIn(used.document, 'authorization_endpoint')
  await Promise.all([
    probeRegistration(evidence, used),
    evidence.ask(mcpRequest(target, 'head')),
    authorization !== undefined && evidence.ask(endpointRequest(authorization)),
  ])
}
