import type { Change, Store } from '@portcullis/auth/authorization-server'
import type { WaysInContext } from '../accounts/ways-in.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { commitTold } from '../audit/commit-told.ts'
import type { AuditAct, AuditActor } from '../store/audit-acts.ts'
import type { ProgramKinds } from '../store/records.ts'
import { actsOf } from './acts-of-change.ts'
import { personalActsOf } from './acts-of-people.ts'
import { roleActsOf } from './role-acts.ts'

/** What every recorded store is given beside its store. */
export interface Recording extends Pick<AuditLog, 'keys'> {
  /** Seconds since the epoch. */
  now: () => number
}

/**
 * The store of one act of an administrator: what a commit does goes into the audit log in that same commit, so that whatever ends the
 * act between its steps, nothing is done that the log does not tell, and the log tells nothing that was not done. `deletes`: the client that it
 * is to delete, which the changes alone do not always say.
 */
export function recordedStore(
  store: Store<ProgramKinds>,
  { by, deletes, ...recording }: Recording & { by: AuditActor; deletes?: string | undefined },
): Store<ProgramKinds> {
  const deletedClients = new Set<string>()
  return told(store, recording, async (changes) => {
    const acts: AuditAct[] = []
    for (const change of changes) acts.push(...(await actsOf(change, store, deletes)))
    acts.push(...(await roleActsOf(changes, store)))
    const gone = new Set(deletedClients)
    return {
      // Each of its grants and consents says so.
      acts: acts
        .filter((act) => {
          if (act.type !== 'client_deleted') return true
          const isFirst = !gone.has(act.clientId)
          gone.add(act.clientId)
          return isFirst
        })
        .map((act) => ({ by, act })),
      onDone() {
        for (const clientId of gone) deletedClients.add(clientId)
      },
    }
  })
}

/** The store of the pages of people's own accounts: of what they do there the audit log has what an auditor asks after. */
export function personalStore(
  store: Store<ProgramKinds>,
  { passwords, ...recording }: Recording & Pick<WaysInContext, 'passwords'>,
): Store<ProgramKinds> {
  const context = { store, passwords }
  return told(store, recording, async (changes) => ({ acts: await personalActsOf(changes, context), onDone() {} }))
}

function told(
  store: Store<ProgramKinds>,
  { keys, now }: Recording,
  actsIn: (
    changes: readonly Change<ProgramKinds>[],
  ) => Promise<{ acts: { by: AuditActor; act: AuditAct }[]; onDone: () => void }>,
): Store<ProgramKinds> {
  return {
    get: (kind, id) => store.get(kind, id),
    list: (kind, index, value, page) => store.list(kind, index, value, page),
    count: (name, lifetime) => store.count(name, lifetime),
    async commit(changes) {
      const { acts, onDone } = await actsIn(changes)
      const entries = acts.map((each) => ({ at: now(), ...each, result: 'done' as const }))
      const isWritten = await commitTold(changes, entries, { store, keys })
      if (isWritten) onDone()
      return isWritten
    },
  }
}
