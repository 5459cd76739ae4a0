import type { Caller } from '../caller.ts'
import type { UpstreamRefusal } from '../refusal.ts'
import type { Child, ChildEnd } from './child.ts'
import { type Connection, ConnectionOver } from './connection.ts'
import type { Greeting, GreetingRefused } from './handshake.ts'
import type { ParamHeaders } from './param-headers.ts'
import type { Said } from './said.ts'

/** A server that runs and was greeted. */
export interface Ready {
  readonly connection: Connection
  /** Of a server of the eras with sessions. */
  readonly greeting: Greeting | undefined
  /** The revisions without sessions that it speaks. */
  readonly versions: readonly string[]
  readonly paramHeaders: ParamHeaders
}

/** Why there is none: as the gateway says it, as the server said it, or since it knows no revision without sessions. */
export type NotReady = UpstreamRefusal | GreetingRefused | 'legacy'

/** One process, or the memory of one that failed. */
export interface Slot {
  /** Whose it is, and how it is set up. */
  readonly key: string
  readonly person: string
  /** By grant. One process may serve several clients of its person. */
  readonly callers: Map<string, Caller>
  starting: Promise<Ready | NotReady> | undefined
  ready: Ready | undefined
  /** Asked whether it is modern, which it is not; greeted by whoever comes next. */
  spare: Connection | undefined
  /** Whether it was asked whether it is modern, and is not. */
  isLegacyOnly: boolean
  child: Child | undefined
  /** Its last words, and how it ended. */
  said: Said | undefined
  lastEnd: ChildEnd | undefined
  usedAt: number
  startedAt: number
  /** How often it ended by itself in a row. */
  failures: number
  /** Until when it is not started again. */
  restsUntil: number
}

export function createSlot(about: Pick<Slot, 'key' | 'person' | 'usedAt'>): Slot {
  return {
    ...about,
    ...{
      callers: new Map(),
      starting: undefined,
      ready: undefined,
      spare: undefined,
      child: undefined,
      isLegacyOnly: false,
    },
    ...{ said: undefined, lastEnd: undefined, startedAt: 0, failures: 0, restsUntil: 0 },
  }
}

/** It ended by itself. The first time it is started again at once; then each time later, and from anew once it has run for a while. */
export function rest(slot: Slot, now: number): void {
  const ranWell = slot.startedAt > 0 && now - slot.startedAt >= wellAfter
  slot.failures = ranWell ? 1 : slot.failures + 1
  slot.startedAt = 0
  slot.restsUntil = now + (slot.failures === 1 ? 0 : Math.min(2 ** (slot.failures - 1), longestRest))
}

/** Goes on from "The MCP server". */
export function whyNotStarted(error: unknown, { lastEnd }: Slot): string {
  if (!(error instanceof ConnectionOver)) return String(error)
  return lastEnd === undefined || lastEnd.wasStopped ? 'did not start in time' : lastEnd.how
}

/** Whose it is. */
export function subjectOf({ callers }: Slot): string {
  const [caller] = callers.values()
  return caller?.accessToken.subject ?? ''
}

/** What a caller is counted by: their grant or, where tokens name none, who they are. */
export function grantKeyOf({ key, accessToken: { grantId } }: Caller): string {
  return grantId ?? key
}

/** Seconds after which a process that ends has run well before. */
const wellAfter = 60
/** Seconds. */
const longestRest = 60
