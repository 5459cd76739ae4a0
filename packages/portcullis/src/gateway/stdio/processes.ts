import { AsyncLocalStorage } from 'node:async_hooks'
import type { ConnectionEvent } from '@portcullis/auth'
import type { Caller } from '../caller.ts'
import type { UpstreamRefusal } from '../refusal.ts'
import { type Child, type ChildEnd, startChild } from './child.ts'
import { Connection, ConnectionOver } from './connection.ts'
import { type Greeting, GreetingRefused, initialize, modernVersionsOf, ownMeta } from './handshake.ts'
import { createLauncher, type Launch, makeFolder, type StdioCommand } from './launch.ts'
import { createParamHeaders, type ParamHeaders } from './param-headers.ts'
import { atCapacity, claimMissing, ended, notStarted, resting } from './refusals.ts'
import { createSaid, type Said } from './said.ts'
import { UnfilledHole } from './templates.ts'

export interface ProcessOptions extends StdioCommand {
  /** Whose a process is: everybody's, or one person's. */
  readonly per: 'server' | 'person'
  /** How people may call it. */
  readonly shown: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly limits: {
    readonly processes: number
    readonly processesPerPerson: number
    /** Bytes of one message of a server. */
    readonly message: number
  }
  /** In seconds. */
  readonly timeouts: {
    readonly processStart: number
    readonly processIdle: number
    readonly processStop: number
  }
  readonly now: () => number
  readonly onEvent: (event: ConnectionEvent) => void
}

export type Era = 'legacy' | 'modern'

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

export interface Processes {
  /** The server for a caller, started where there is none. `capabilities`: of the client, for a server that is started for it. */
  obtain(caller: Caller, era: Era, capabilities?: Readonly<Record<string, unknown>>): Promise<Ready | NotReady>
  /** Ends those of whom all grants have ended. Whether any are left that could. */
  endGrants(hasEnded: (caller: Caller) => boolean): boolean
  /** Ends what nobody has used for long. */
  sweep(): void
  /** All that run, for whoever looks after what waits at them. */
  stop(): Promise<void>
}

/** One process, or the memory of one that failed. */
interface Slot {
  readonly key: string
  readonly person: string
  /** By grant. One process may serve several clients of its person. */
  readonly callers: Map<string, Caller>
  starting: Promise<Ready | NotReady> | undefined
  ready: Ready | undefined
  /** Asked whether it is modern, which it is not; greeted by whoever comes next. */
  spare: Connection | undefined
  child: Child | undefined
  /** Its last words. */
  said: Said | undefined
  usedAt: number
  startedAt: number
  /** How often it ended by itself in a row. */
  failures: number
  /** Until when it is not started again. */
  restsUntil: number
}

export function createProcesses(options: ProcessOptions): Processes {
  const { per, limits, timeouts, now, onEvent, shown } = options
  const launcher = createLauncher(options, options.environment)
  const slots = new Map<string, Slot>()
  // What a process says later belongs to no request, and must keep none in memory.
  const outsideOfRequests = AsyncLocalStorage.snapshot()
  let isLegacyOnly = false
  let isStopped = false

  async function obtain(
    caller: Caller,
    era: Era,
    capabilities: Readonly<Record<string, unknown>> = {},
  ): Promise<Ready | NotReady> {
    if (era === 'modern' && isLegacyOnly) return 'legacy'
    let launch: Launch
    try {
      launch = launcher.launchFor({ accessToken: per === 'person' ? caller.accessToken : undefined })
    } catch (error) {
      if (error instanceof UnfilledHole) return claimMissing(error.message)
      throw error
    }
    const slot = slotOf(per === 'server' ? '' : personOf(caller), era, launch)
    slot.usedAt = now()
    if (per === 'person') slot.callers.set(grantKeyOf(caller), caller)
    if (slot.ready !== undefined) return slot.ready
    if (slot.starting !== undefined) return slot.starting
    if (now() < slot.restsUntil) return resting(slot.restsUntil - now())
    if (slot.spare === undefined && !makeRoomFor(slot)) {
      forgetIfEmpty(slot)
      return atCapacity
    }
    slot.starting = start(slot, era, launch, capabilities).finally(() => {
      slot.starting = undefined
    })
    return slot.starting
  }

  async function start(
    slot: Slot,
    era: Era,
    launch: Launch,
    capabilities: Readonly<Record<string, unknown>>,
  ): Promise<Ready | NotReady> {
    const inRequest = AsyncLocalStorage.snapshot()
    let isStarting = true
    let lastEnd: ChildEnd | undefined
    const tell = (event: ConnectionEvent) => (isStarting ? inRequest : outsideOfRequests)(onEvent, event)
    try {
      if (launcher.isPersonal) await makeFolder(launch)
      const connection = slot.spare ?? spawn(slot, launch, { tell, onEnd: (end) => (lastEnd = end) })
      slot.spare = undefined
      const late = setTimeout(() => slot.child?.stop(), timeouts.processStart * 1000)
      try {
        const versions =
          era === 'modern' ? await modernVersionsOf(connection, { within: timeouts.processStart / 2 }) : []
        if (era === 'modern' && versions.length === 0) {
          if (connection.isOver) throw new ConnectionOver('ended')
          isLegacyOnly = true
          keepAsSpare(slot, launch, connection)
          return 'legacy'
        }
        const told = per === 'person' ? capabilities : {}
        const greeting = era === 'legacy' ? await initialize(connection, { capabilities: told }) : undefined
        const listTools = async (cursor: string | undefined) =>
          (await connection.ask('tools/list', { _meta: ownMeta(), ...(cursor !== undefined && { cursor }) })).result
        slot.ready = { connection, greeting, versions, paramHeaders: createParamHeaders(listTools) }
        slot.startedAt = now()
        return slot.ready
      } finally {
        clearTimeout(late)
      }
    } catch (error) {
      const child = slot.child
      if (error instanceof GreetingRefused) {
        slot.child = undefined
        child?.stop().catch(() => {})
        return error
      }
      const how = error instanceof ConnectionOver ? (lastEnd?.how ?? 'did not start in time') : String(error)
      return notStarted(lastEnd?.wasStopped ? 'did not start in time' : how, slot.said?.last)
    } finally {
      isStarting = false
    }
  }

  function spawn(
    slot: Slot,
    launch: Launch,
    { tell, onEnd }: { tell: (event: ConnectionEvent) => void; onEnd: (end: ChildEnd) => void },
  ): Connection {
    const about = { upstream: shown, ...(per === 'person' && { subject: subjectOf(slot) }) }
    const connection: Connection = outsideOfRequests(() => {
      const said = createSaid({ now, tell: (text) => tell({ type: 'upstream_said', text, ...about }) })
      slot.said = said
      const child = startChild({
        launch,
        mostLine: limits.message,
        stopStep: timeouts.processStop,
        onLine: (line) => connection.receive(line),
        onSaid: said.take,
        onEnd(end) {
          onEnd(end)
          tell({ type: 'upstream_ended', detail: end.how, wasStopped: end.wasStopped, ...about })
          hasEnded(slot, child, connection, end)
        },
      })
      slot.child = child
      return new Connection({ child, isShared: per === 'server', onNoise: said.take })
    })
    tell({ type: 'upstream_started', ...about })
    return connection
  }

  function hasEnded(slot: Slot, child: Child, connection: Connection, end: ChildEnd): void {
    if (slot.child === child) {
      slot.child = undefined
      slot.ready = undefined
      slot.spare = undefined
      if (!end.wasStopped) rest(slot)
      else forgetIfEmpty(slot)
    }
    connection.end(ended(end.how, slot.said?.last))
  }

  /** The first time it is started again at once; then each time later, and from anew once it has run for a while. */
  function rest(slot: Slot): void {
    const ranWell = slot.startedAt > 0 && now() - slot.startedAt >= wellAfter
    slot.failures = ranWell ? 1 : slot.failures + 1
    slot.startedAt = 0
    slot.restsUntil = now() + (slot.failures === 1 ? 0 : Math.min(2 ** (slot.failures - 1), longestRest))
  }

  /** Clients of both eras ask first whether a server is modern: where it is not, it is greeted the other way and need not be started again. */
  function keepAsSpare(slot: Slot, launch: Launch, connection: Connection): void {
    slots.delete(slot.key)
    const legacy = slotOf(slot.person, 'legacy', launch)
    if (legacy.child !== undefined || legacy.starting !== undefined) {
      slot.child?.stop().catch(() => {})
      return
    }
    slots.set(legacy.key, Object.assign(slot, { key: legacy.key, spare: connection }))
  }

  function slotOf(person: string, era: Era, launch: Launch): Slot {
    // Whatever is filled in differently, as after groups have changed, makes another process.
    const key = JSON.stringify([person, era, launch.args, launch.env, launch.cwd])
    const known = slots.get(key)
    if (known !== undefined) return known
    const slot: Slot = {
      ...{ key, person, callers: new Map(), starting: undefined, ready: undefined, spare: undefined, child: undefined },
      ...{ said: undefined, usedAt: now(), startedAt: 0, failures: 0, restsUntil: 0 },
    }
    slots.set(key, slot)
    return slot
  }

  /** Whether one more may run: for it one ends that nobody waits for. */
  function makeRoomFor(slot: Slot): boolean {
    const running = [...slots.values()].filter((each) => each.child !== undefined || (each.starting && each !== slot))
    const ofPerson = running.filter(({ person }) => person === slot.person)
    if (per === 'person' && ofPerson.length >= limits.processesPerPerson) return endOneOf(ofPerson)
    return running.length < limits.processes || endOneOf(running)
  }

  function endOneOf(candidates: readonly Slot[]): boolean {
    const [oldest] = candidates
      .filter(({ ready, spare }) => spare !== undefined || ready?.connection.isIdle({ besideStreams: true }))
      .sort((one, other) => one.usedAt - other.usedAt)
    if (oldest === undefined) return false
    endSlot(oldest)
    return true
  }

  function endSlot(slot: Slot): void {
    slots.delete(slot.key)
    slot.child?.stop().catch(() => {})
  }

  function forgetIfEmpty(slot: Slot): void {
    if (slot.child === undefined && slot.starting === undefined && slot.failures === 0) slots.delete(slot.key)
  }

  return {
    obtain: (...request) => (isStopped ? Promise.resolve(ended('is being stopped', undefined)) : obtain(...request)),

    endGrants(hasGrantEnded) {
      if (per === 'server') return false
      let isAnyLeft = false
      for (const slot of [...slots.values()]) {
        for (const [key, caller] of slot.callers) if (hasGrantEnded(caller)) slot.callers.delete(key)
        if (slot.callers.size > 0) isAnyLeft ||= slot.child !== undefined
        else endSlot(slot)
      }
      return isAnyLeft
    },

    sweep() {
      for (const slot of [...slots.values()]) {
        const isUsed = slot.starting !== undefined || slot.ready?.connection.isIdle() === false
        if (isUsed) slot.usedAt = now()
        else if (now() - slot.usedAt >= timeouts.processIdle) endSlot(slot)
      }
    },

    async stop() {
      isStopped = true
      await Promise.all([...slots.values()].map(({ child }) => child?.stop()))
    },
  }
}

/** Subjects of several issuers are several people. */
function personOf({ accessToken: { issuer, subject } }: Caller): string {
  return JSON.stringify([issuer, subject])
}

function subjectOf({ callers }: Slot): string {
  const [caller] = callers.values()
  return caller?.accessToken.subject ?? ''
}

function grantKeyOf({ key, accessToken: { grantId } }: Caller): string {
  return grantId ?? key
}

/** Seconds after which a process that ends has run well before. */
const wellAfter = 60
/** Seconds. */
const longestRest = 60
