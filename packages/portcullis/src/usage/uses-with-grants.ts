import type { Store } from '@portcullis/auth/authorization-server'
import type { ProgramKinds } from '../store/records.ts'

/** The same store, in which what was kept of a grant's use goes in the commit by which the grant ends, whoever ends it. */
export function usesWithGrants(store: Store<ProgramKinds>): Store<ProgramKinds> {
  return {
    get: (kind, id) => store.get(kind, id),
    list: (kind, index, value, page) => store.list(kind, index, value, page),
    count: (name, lifetime) => store.count(name, lifetime),
    async commit(changes) {
      const ended = changes.filter(({ kind, value }) => kind === 'grant' && value === undefined)
      if (ended.length === 0) return store.commit(changes)
      const uses = (await Promise.all(ended.map(({ id }) => store.get('grantUse', id)))).filter(
        (use) => use !== undefined,
      )
      const gone = uses.map(({ id, version }) => ({ kind: 'grantUse' as const, id, version, value: undefined }))
      return store.commit([...changes, ...gone])
    },
  }
}
