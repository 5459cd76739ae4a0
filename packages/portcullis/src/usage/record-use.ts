import type { ConnectionEvent } from '@portcullis/auth'
import type { Change, Store } from '@portcullis/auth/authorization-server'
import type { GrantUseRecord, ProgramKinds } from '../store/records.ts'
import { mergeUse } from './merge-use.ts'

/** Notes what clients do under their grants, beside the calls themselves: in memory at once, and in the store every few seconds. */
export interface UseRecorder {
  /** Takes note of a call that was let through; of every other event none. */
  record(event: ConnectionEvent): void
  /** Writes what was noted. What cannot be written is lost: calls do not wait for it. */
  flush(): Promise<void>
  /** Writes what was noted, and stops. */
  close(): Promise<void>
}

export interface UseRecorderOptions {
  store: Store<ProgramKinds>
  /** The time, in seconds since the epoch. */
  now: () => number
  onEvent: (event: ConnectionEvent) => void
  /** Seconds between two writes. Default 5; 0: only where it is asked for. */
  interval?: number
}

/** Bounds of what one process notes between two writes: clients choose the names of what they call. */
const mostGrants = 10_000
const mostTools = 50
const grantsAtOnce = 50

export function createUseRecorder({ store, now, onEvent, interval = 5 }: UseRecorderOptions): UseRecorder {
  let noted = new Map<string, Noted>()
  let writing = Promise.resolve()
  const timer = interval === 0 ? undefined : setInterval(flush, interval * 1000)
  timer?.unref()

  function record(event: ConnectionEvent): void {
    if (event.type !== 'call_allowed' || event.grantId === undefined) return
    const known = noted.get(event.grantId)
    if (known === undefined && noted.size >= mostGrants) return
    const note = known ?? { usedAt: 0, furtherCalls: 0, unreadRequests: 0, tools: new Map<string, NotedTool>() }
    if (known === undefined) noted.set(event.grantId, note)
    note.usedAt = now()
    if (event.isUnread) note.unreadRequests += 1
    for (const { method, name } of event.calls ?? []) if (method === 'tools/call') count(note, name)
    note.furtherCalls += event.furtherCalls ?? 0
  }

  function flush(): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  async function write(): Promise<void> {
    const uses = [...noted].map(([grantId, note]) => ({ grantId, seen: useOf(note) }))
    noted = new Map()
    try {
      for (let at = 0; at < uses.length; at += grantsAtOnce) await keepUses(uses.slice(at, at + grantsAtOnce), store)
    } catch (cause) {
      onEvent({ type: 'failure', operation: 'grant_use', cause })
    }
  }

  return {
    record,
    flush,
    close() {
      clearInterval(timer)
      return flush()
    },
  }
}

interface Noted {
  usedAt: number
  furtherCalls: number
  unreadRequests: number
  tools: Map<string, NotedTool>
}

interface NotedTool {
  count: number
  calledAt: number
}

function count(note: Noted, name: string | undefined): void {
  const { tools, usedAt } = note
  const tool = name === undefined ? undefined : tools.get(name)
  if (tool !== undefined) {
    tool.count += 1
    tool.calledAt = usedAt
  } else if (name !== undefined && tools.size < mostTools) tools.set(name, { count: 1, calledAt: usedAt })
  else note.furtherCalls += 1
}

function useOf({ tools, ...note }: Noted): GrantUseRecord {
  return { ...note, tools: [...tools].map(([name, tool]) => ({ name, ...tool })) }
}

interface SeenUse {
  grantId: string
  seen: GrantUseRecord
}

/** In one commit or, where another process wrote one of them meanwhile, each by itself. */
async function keepUses(uses: readonly SeenUse[], store: Store<ProgramKinds>): Promise<void> {
  if (uses.length === 0 || (await store.commit(await changesToKeep(uses, store)))) return
  // So many processes do not write the same grant in the same moments: whoever loses each time gives up.
  for (const use of uses)
    for (let attempt = 0; attempt < 10; attempt += 1) if (await store.commit(await changesToKeep([use], store))) break
}

/** Of grants that have ended nothing is kept. */
async function changesToKeep(uses: readonly SeenUse[], store: Store<ProgramKinds>): Promise<Change<ProgramKinds>[]> {
  const changes = uses.map(async ({ grantId, seen }): Promise<Change<ProgramKinds>[]> => {
    const [grant, kept] = await Promise.all([store.get('grant', grantId), store.get('grantUse', grantId)])
    if (grant === undefined) return []
    const { expiresAt } = grant
    return [
      {
        kind: 'grantUse',
        id: grantId,
        version: kept?.version ?? 'absent',
        value: mergeUse(kept?.value, seen),
        ...(expiresAt !== undefined && { expiresAt }),
      },
    ]
  })
  return (await Promise.all(changes)).flat()
}
