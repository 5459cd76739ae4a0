import { randomUUID } from 'node:crypto'
import type { Store } from '@portcullis/auth/authorization-server'
import type { OperatorAct, ProgramKinds } from '../store/records.ts'
import { actsOf } from './acts-of-change.ts'
import { changesToLeave } from './operator-acts.ts'

/**
 * The store of one command of an operator: what a commit does is left for the log of the server in that same commit, so that whatever ends the
 * command between its steps, nothing is done that the log does not tell, and the log tells nothing that was not done. `deletes`: the client that the
 * command is to delete, which the changes alone do not always say.
 */
export function recordedStore(
  store: Store<ProgramKinds>,
  { at, by, deletes }: { at: number; by: string | undefined; deletes?: string | undefined },
): Store<ProgramKinds> {
  const batch = randomUUID()
  const deletedClients = new Set<string>()
  let place = 0
  return {
    get: (kind, id) => store.get(kind, id),
    list: (kind, index, value, page) => store.list(kind, index, value, page),
    count: (name, lifetime) => store.count(name, lifetime),
    async commit(changes) {
      const acts: OperatorAct[] = []
      for (const change of changes) acts.push(...(await actsOf(change, store, deletes)))
      const gone = new Set(deletedClients)
      // Each of its grants and consents says so.
      const told = acts.filter((act) => {
        if (act.type !== 'client_deleted') return true
        const isFirst = !gone.has(act.clientId)
        gone.add(act.clientId)
        return isFirst
      })
      const from = place
      place += told.length
      const written = await store.commit([...changes, ...changesToLeave(told, { at, by, batch, from })])
      if (written) for (const clientId of gone) deletedClients.add(clientId)
      return written
    },
  }
}
