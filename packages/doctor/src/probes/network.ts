import type { Evidence } from '../evidence/evidence.ts'
import { follow } from '../evidence/redirects.ts'
import { resourceMetadataPlaces } from './places.ts'
import { documentRequest, mcpRequest } from './requests.ts'
import { voices, voicesApart } from './voices.ts'

/** N: whether the MCP URL can be reached, and whether by everybody. */
export async function probeNetwork(evidence: Evidence): Promise<void> {
  const { target } = evidence
  await Promise.all([
    evidence.ask(mcpRequest(target, 'post_initialize')).then((exchange) => follow(evidence, exchange)),
    ...voices.map((voice) => evidence.ask(mcpRequest(target, 'post_initialize', { voice }))),
  ])
  const apart = voicesApart(evidence)
  const { path } = resourceMetadataPlaces(target)
  await Promise.all((apart?.blocked ?? []).map(({ voice }) => evidence.ask(documentRequest(path, voice))))
}
