import { AsyncLocalStorage } from 'node:async_hooks'
import type { ConnectionEvent } from '@portcullis/auth'
import { type Caller, personOf } from '../caller.ts'
import { type Child, type ChildEnd, startChild } from './child.ts'
import { Connection, ConnectionOver } from './connection.ts'
import { GreetingRefused, initialize, listTools, modernVersionsOf } from './handshake.ts'
import { createLauncher, type Launch, makeFolder, type StdioCommand } from './launch.ts'
import { createParamHeaders } from './param-headers.ts'
import { endOneOf, type ProcessRoom } from './process-room.ts'
import { atCapacity, claimMissing, ended, notStarted, resting } from './refusals.ts'
import { createSaid } from './said.ts'
import { createSlot, grantKeyOf, type NotReady, type Ready, rest, type Slot, subjectOf, whyNotStarted } from './slot.ts'
import { UnfilledHole } from './templates.ts'

export interface ProcessOptions extends StdioCommand {
  /** Whose a process is: everybody's, or one person's. */
  readonly per: 'server' | 'person'
  /** How people may call it. */
  readonly shown: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What is shared with other servers. */
  readonly room: ProcessRoom
  readonly limits: {
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

export function createProcesses(options: ProcessOptions): Processes {
  const { per, room, limits, timeouts, now, onEvent, shown } = options
  const launcher = createLauncher(options, options.environment)
  const slots = new Map<string, Slot>()
  // With those that are about to end, and have no slot any more.
  const running = new Set<Child>()
  // What a process says later belongs to no request, and must keep none in memory.
  const outsideOfRequests = AsyncLocalStorage.snapshot()
  let isStopped = false
  room.enter({ taken, running: () => running.size, end: endSlot })

  async function obtain(
    caller: Caller,
    era: Era,
    capabilities: Readonly<Record<string, unknown>> = {},
  ): Promise<Ready | NotReady> {
    let launch: Launch
    try {
      launch = launcher.launchFor({ accessToken: per === 'person' ? caller.accessToken : undefined })
    } catch (error) {
      if (error instanceof UnfilledHole) return claimMissing(error.message)
      throw error
    }
    const person = per === 'server' ? '' : personOf(caller)
    if (era === 'modern' && slots.get(keyOf(person, 'legacy', launch))?.isLegacyOnly === true) return 'legacy'
    const slot = slotOf(person, era, launch)
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
    let context = AsyncLocalStorage.snapshot()
    const tell = (event: ConnectionEvent) => context(onEvent, event)
    slot.lastEnd = undefined
    try {
      if (launcher.isPersonal) await makeFolder(launch)
      if (slots.get(slot.key) !== slot || isStopped) return ended('is needed by nobody any more', undefined)
      const connection = slot.spare ?? spawn(slot, launch, tell)
      slot.spare = undefined
      const late = setTimeout(() => slot.child?.stop(), timeouts.processStart * 1000)
      try {
        const met = await meet(connection, era, per === 'person' ? capabilities : {})
        if (met === 'legacy') {
          keepAsSpare(slot, launch, connection)
          return met
        }
        slot.ready = met
        slot.startedAt = now()
        return met
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
      return notStarted(whyNotStarted(error, slot), slot.said?.last)
    } finally {
      context = outsideOfRequests
    }
  }

  async function meet(
    connection: Connection,
    era: Era,
    capabilities: Readonly<Record<string, unknown>>,
  ): Promise<Ready | 'legacy'> {
    const paramHeaders = createParamHeaders((cursor) => listTools(connection, cursor))
    if (era === 'legacy')
      return { connection, greeting: await initialize(connection, { capabilities }), versions: [], paramHeaders }
    const versions = await modernVersionsOf(connection, { within: timeouts.processStart / 2 })
    if (connection.isOver) throw new ConnectionOver('The MCP server ended')
    return versions.length === 0 ? 'legacy' : { connection, greeting: undefined, versions, paramHeaders }
  }

  function spawn(slot: Slot, launch: Launch, tell: (event: ConnectionEvent) => void): Connection {
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
          running.delete(child)
          slot.lastEnd = end
          tell({ type: 'upstream_ended', detail: end.how, wasStopped: end.wasStopped, ...about })
          hasEnded(slot, child, connection, end)
        },
      })
      slot.child = child
      running.add(child)
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
      if (!end.wasStopped) rest(slot, now())
      else forgetIfEmpty(slot)
    }
    connection.end(ended(end.how, slot.said?.last))
  }

  /** Clients of both eras ask first whether a server is modern: where it is not, it is greeted the other way and need not be started again. */
  function keepAsSpare(slot: Slot, launch: Launch, connection: Connection): void {
    slots.delete(slot.key)
    const legacy = slotOf(slot.person, 'legacy', launch)
    // Of this process alone: another's may have been set up otherwise, or be quicker to answer.
    legacy.isLegacyOnly = true
    if (legacy.child !== undefined || legacy.starting !== undefined) {
      slot.child?.stop().catch(() => {})
      return
    }
    slots.set(legacy.key, Object.assign(slot, { key: legacy.key, spare: connection, isLegacyOnly: true }))
  }

  function slotOf(person: string, era: Era, launch: Launch): Slot {
    const key = keyOf(person, era, launch)
    const known = slots.get(key)
    if (known !== undefined) return known
    const slot = createSlot({ key, person, usedAt: now() })
    slots.set(key, slot)
    return slot
  }

  /** Whatever is filled in differently, as after groups have changed, makes another process. */
  function keyOf(person: string, era: Era, launch: Launch): string {
    return JSON.stringify([person, era, launch.args, launch.env, launch.cwd])
  }

  function taken(beside: Slot): readonly Slot[] {
    return [...slots.values()].filter((each) => each.child !== undefined || (each.starting && each !== beside))
  }

  /** Whether one more may run: for it one ends that nobody waits for. */
  function makeRoomFor(slot: Slot): boolean {
    const ofPerson = taken(slot).filter(({ person }) => person === slot.person)
    const isPersonFull = per === 'person' && ofPerson.length >= limits.processesPerPerson
    if (isPersonFull && !endOneOf(ofPerson.map((each) => ({ slot: each, end: endSlot })))) return false
    return room.makeRoomFor(slot)
  }

  function endSlot(slot: Slot): void {
    forget(slot)
    slot.child?.stop().catch(() => {})
  }

  function forgetIfEmpty(slot: Slot): void {
    if (slot.child === undefined && slot.starting === undefined && slot.failures === 0) forget(slot)
  }

  /** Another may have its key by now. */
  function forget(slot: Slot): void {
    if (slots.get(slot.key) === slot) slots.delete(slot.key)
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
      await Promise.all([...running].map((child) => child.stop()))
    },
  }
}
