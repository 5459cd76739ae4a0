import type { Evidence } from '../evidence/evidence.ts'
import type { ProbeRequest } from '../evidence/exchange.ts'
import { follow } from '../evidence/redirects.ts'
import { resourceMetadataPlaces } from './places.ts'
import { documentHeadRequest, documentRequest, misnamedRequest, preflightRequest } from './requests.ts'
import { isWebUrl, pointerOf, resourceDocument } from './resource-documents.ts'

/** P: the metadata of the protected resource, wherever a client may look for it. */
export async function probeProtectedResource(evidence: Evidence): Promise<void> {
  const { path, root, suffix } = resourceMetadataPlaces(evidence.target)
  const pointer = pointerOf(evidence)
  const places = new Set([path, root, suffix, ...(pointer !== undefined && isWebUrl(pointer) ? [pointer] : [])])
  await Promise.all([...places].map(async (url) => follow(evidence, await evidence.ask(documentRequest(url)))))

  const found = resourceDocument(evidence)
  if (found === undefined) return
  await Promise.all(
    [
      documentPreflight(found.url),
      documentHeadRequest(found.url),
      misnamedRequest(found.url, 'host'),
      misnamedRequest(found.url, 'x-forwarded-host'),
    ].map((request) => evidence.ask(request)),
  )
}

/** Clients send this header with documents too, so that browsers ask first. */
export function documentPreflight(url: string): ProbeRequest {
  return preflightRequest(url, 'GET', 'mcp-protocol-version')
}
