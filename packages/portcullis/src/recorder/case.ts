import type { Attempt } from './attempt.ts'
import { type Next, nextOf } from './next.ts'
import { type Recognised, recognise, shortNameOf } from './recognise.ts'
import { type Story, storyOf } from './story.ts'

/** What is known of the server that clients connect to. */
export interface ServerFacts {
  /** The URL that people give their client. */
  publicUrl: string
  /** All URLs at which this MCP server is served, that one included. */
  served: readonly string[]
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
  server: ServerFacts
}

export function caseOf(attempt: Attempt, { now, server }: { now: number; server: ServerFacts }): Case {
  const story = storyOf(attempt)
  const client = recognise(attempt)
  const name = nameOf(attempt, client)
  const isElsewhere = attempt.resource !== undefined && !server.served.includes(attempt.resource)
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
