import { type ClientProfile, type Fact, profiles } from '@portcullis/clients'
import { documentUrl } from './observation.ts'

/** Who is held against what `truth/` observes, by the name of the file of observations. */
export const players: Readonly<Record<string, ClientProfile>> = {
  'sdk-1': host('sdk-1', 'post_initialize'),
  'sdk-2': host('sdk-2', 'post_initialize'),
  'sdk-2-negotiating': host('sdk-2', 'post_discover'),
  'mcp-remote': profileOf('mcp-remote'),
  codex: profileOf('codex'),
  'claude-code': profileOf('claude-code'),
}

/** A program on the SDK that has a client metadata document. */
function host(id: string, first: 'post_initialize' | 'post_discover'): ClientProfile {
  const profile = profileOf(id)
  return {
    ...profile,
    challenge: { ...profile.challenge, firstRequest: fact(first) },
    registration: { ...profile.registration, documentUrl: fact(documentUrl) },
  }
}

function fact<Value>(value: Value): Fact<Value> {
  return { value, sources: [], confidence: 'H' }
}

function profileOf(id: string): ClientProfile {
  const profile = profiles.find((each) => each.id === id)
  if (profile === undefined) throw new TypeError(`There is no profile ${id}`)
  return profile
}
