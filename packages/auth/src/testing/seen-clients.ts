import type { AuthorizationServerKinds } from '../authorization-server/records.ts'
import type { Store } from '../authorization-server/store.ts'

/** The same store, which also tells of each client that a grant is written for: there is no other list of all grants. */
export function watchClients(
  store: Store<AuthorizationServerKinds>,
  onClient: (clientId: string) => void,
): Store<AuthorizationServerKinds> {
  return {
    get: (kind, id) => store.get(kind, id),
    list: (kind, index, value, page) => store.list(kind, index, value, page),
    count: (name, lifetime) => store.count(name, lifetime),
    commit(changes) {
      for (const change of changes)
        if (change.kind === 'grant' && change.value !== undefined) onClient(change.value.clientId)
      return store.commit(changes)
    },
  }
}
