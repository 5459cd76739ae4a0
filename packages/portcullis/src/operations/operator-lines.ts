import type { Change, Entry, Store } from '@portcullis/auth/authorization-server'
import { sentenceOfAct } from '../audit/act-words.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { type AuditPlace, auditId, beginning, hashOf } from '../audit/entry.ts'
import { readAuditLog } from '../audit/read.ts'
import { sealTail } from '../audit/seal-tail.ts'
import type { AuditAct, AuditActor } from '../store/audit-acts.ts'
import type { AuditFollowedRecord, AuditRecord, ProgramKinds } from '../store/records.ts'
import type { Log } from './log.ts'

export interface OperatorLinesOptions extends AuditLog {
  log: Log
  /** Seconds between two looks. Default 2. */
  interval?: number
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

/**
 * Writes to the log what the audit log has, from the entry on that came into a log last, whoever did it and whether there was a server then; and seals what
 * commands without the secret wrote. Every line has the number and the hash of its entry, so that a log kept elsewhere bears witness.
 */
export function followOperators({
  store,
  keys,
  log,
  interval = 2,
  now = () => Math.floor(Date.now() / 1000),
}: OperatorLinesOptions): { stop(): Promise<void> } {
  let looking: Promise<void> | undefined
  let isFailing = false
  let damage: string | undefined
  let seen: number | undefined

  async function look(): Promise<void> {
    try {
      const head = await store.get('auditHead', 'head')
      if (head !== undefined && head.version === seen) return
      const found = (await follow(store, log)) ?? (await sealTail({ store, keys }, now))
      if (found !== undefined && found !== damage)
        log.write('error', `The audit log is damaged. ${found}. See: portcullis audit verify`, {
          event: 'audit_log_damaged',
        })
      damage = found
      isFailing = false
      seen = head?.version
    } catch (error) {
      if (!isFailing) log.write('error', 'The audit log cannot be read', { error })
      isFailing = true
    } finally {
      looking = undefined
    }
  }

  const begin = () => {
    looking ??= look()
  }
  begin()
  const timer = setInterval(begin, interval * 1000)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}

/** Writes what is new, and then how far that is: twice in a log is better than never. Resolves to what is wrong with the place where it went on. */
async function follow(store: Store<ProgramKinds>, log: Log): Promise<string | undefined> {
  let found: string | undefined
  for (;;) {
    const followed = await store.get('auditFollowed', 'log')
    let place = followed?.value ?? beginning
    const isThere = await isInLog(store, place)
    if (!isThere) {
      found ??= `It had an entry ${place.sequence} that it has no more`
      place = await endOf(store)
    }
    let count = 0
    for await (const { value } of readAuditLog({ store }, { after: place.sequence })) {
      if (value.previous !== place.hash || value.hash !== hashOf(value))
        found ??= `Entry ${value.sequence} does not follow from the one before it`
      write(value, log)
      place = value
      count += 1
      if (count === 500) break
    }
    if (isThere && count === 0) return found
    await store.commit([changeTo(followed, place)])
    if (count === 0) return found
  }
}

async function isInLog(store: Store<ProgramKinds>, { sequence, hash }: AuditPlace): Promise<boolean> {
  return sequence === 0 || (await store.get('audit', auditId(sequence)))?.value.hash === hash
}

async function endOf(store: Store<ProgramKinds>): Promise<AuditPlace> {
  return (await store.get('auditHead', 'head'))?.value ?? beginning
}

function changeTo(
  followed: Entry<AuditFollowedRecord> | undefined,
  { sequence, hash }: AuditPlace,
): Change<ProgramKinds> {
  return { kind: 'auditFollowed', id: 'log', version: followed?.version ?? 'absent', value: { sequence, hash } }
}

function write({ sequence, hash, act, at, by, result }: AuditRecord, log: Log): void {
  if (isToldByItself(act)) return
  const { type, ...about } = act
  const when = new Date(at * 1000).toISOString()
  const fields = { event: type, ...about, ...sourceOf(by), at: when, entry: sequence, hash }
  const level = act.type === 'owners_shut_out' ? 'error' : result === 'done' ? 'info' : 'warn'
  log.write(level, sentenceOfAct(act), fields)
}

/** Whether the pages have a line for it, written when it is done. */
function isToldByItself({ type }: AuditAct): boolean {
  return type === 'account_created' || type.startsWith('administrator_')
}

function sourceOf(by: AuditActor): { from: string; by?: string | undefined } {
  switch (by.kind) {
    case 'command_line':
      return { from: 'command line', by: by.user }
    case 'account':
      return { from: 'console', by: by.userName }
    case 'token':
      return { from: 'API', by: by.name }
    case 'server':
      return { from: 'server' }
    default:
      return by satisfies never
  }
}
