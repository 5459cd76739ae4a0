import type { Attempt } from './attempt.ts'
import { type Next, nextOf } from './next.ts'
import { type Recognised, recognise, shortNameOf } from './recognise.ts'
import { type Story, storyOf } from './story.ts'
import type { ServerUrls } from './which-server.ts'

/** What is known of the server that clients connect to. */
export interface ServerFacts extends ServerUrls {
  /** How people know it. */
  name: string
}

/** One attempt, seen at one time: what verdicts are about. */
export interface Case {
  attempt: Attempt
  story: Story
  client: Recognised
  /** How sentences call the client. */
  name: string
  next: Next | undefined
  /** Seconds since it waits. */
  waited: number
  /** Whether what comes next should have come by now. */
  isOverdue: boolean
  /** Whether the token is for a server elsewhere, whose calls do not come by here. */
  isElsewhere: boolean
  /** The one that the client connects to, as far as that can be told. */
  server: ServerFacts
}

export function caseOf(
  attempt: Attempt,
  { now, servers }: { now: number; servers: readonly [ServerFacts, ...ServerFacts[]] },
): Case {
  const story = storyOf(attempt)
  const client = recognise(attempt)
  const name = nameOf(attempt, client)
  const { resource } = attempt
  const server = servers.find(({ publicUrl }) => publicUrl === attempt.server) ?? servers[0]
  const isElsewhere = resource !== undefined && !servers.some(({ served }) => served.includes(resource))
  const next = isElsewhere && story.stage === 'has_token' ? undefined : nextOf(attempt, story, client, name)
  const waited = Math.max(0, (now - story.since) / 1000)
  return {
    attempt,
    story,
    client,
    name,
    next,
    waited,
    isOverdue: next !== undefined && waited > next.within,
    isElsewhere,
    server,
  }
}

function nameOf({ clientName }: Attempt, { profile }: Recognised): string {
  if (profile !== undefined) return shortNameOf(profile)
  return clientName === undefined ? 'the client' : `“${clientName}”`
}
