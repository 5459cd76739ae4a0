import type { AuthorizationServerKinds, GrantRecord } from '../records.ts'
import type { Entry, Store } from '../store.ts'

/**
 * Whether a grant is still as it was read, for whoever gives a token of it without writing it: the host and a key elsewhere take their time, and
 * meanwhile it may have ended (law 14). Of `asked`, those that there are were asked since; where there is none, nothing is read.
 */
export async function isUnchanged(
  { id, version }: Entry<GrantRecord>,
  asked: readonly unknown[],
  store: Store<AuthorizationServerKinds>,
): Promise<boolean> {
  if (asked.every((port) => port === undefined)) return true
  return (await store.get('grant', id))?.version === version
}
