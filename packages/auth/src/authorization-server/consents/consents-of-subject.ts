import type { AuthorizationServerKinds, ConsentRecord } from '../records.ts'
import type { Entry, Store } from '../store.ts'

/** All that is remembered of one person. */
export async function consentsOfSubject(
  subject: string,
  store: Store<AuthorizationServerKinds>,
): Promise<Entry<ConsentRecord>[]> {
  const consents: Entry<ConsentRecord>[] = []
  for (;;) {
    const after = consents.at(-1)?.id
    const page = await store.list('consent', 'subject', subject, after === undefined ? {} : { after })
    if (page.length === 0) return consents
    consents.push(...page)
  }
}
