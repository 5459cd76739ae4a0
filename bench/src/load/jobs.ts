/** What the load generator is asked to do, and what it says then: over the channel between the two processes. */
export type Job =
  /** Keeps requests under a name. */
  | { kind: 'keep'; name: string; requests: readonly Buffer[] }
  /** Sends kept requests one after another, from where the last job left off, over several connections. */
  | { kind: 'send'; name: string; port: number; connections: number; stop: Stop }
  /** Refreshes: each connection sends the refresh token that its last answer brought. */
  | {
      kind: 'refresh'
      name: string
      port: number
      head: string
      clientId: string
      tokens: readonly string[]
      stop: Stop
    }
  /** Opens event streams, keeps them, and says when all have begun. */
  | { kind: 'open'; name: string; port: number; request: Buffer; streams: number }
  /** Counts the events that arrive on open streams. */
  | { kind: 'count'; name: string; seconds: number }
  | { kind: 'close'; name: string }

/** When a job is over: after a while, or after so many requests. */
export type Stop = { seconds: number } | { requests: number }

export interface Outcome {
  operations: number
  seconds: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** How often each status came. */
  statuses: Readonly<Record<number, number>>
}

export type Reply = { outcome: Outcome } | { failure: string }
