import type { AuthorizationServerKinds } from '../records.ts'
import type { Store } from '../store.ts'

/** Forgets all that one person allowed, or that anybody allowed one client. Resolves to how many consents that were. */
export async function forgetConsentsUnder(
  index: 'subject' | 'client',
  value: string,
  store: Store<AuthorizationServerKinds>,
): Promise<number> {
  for (let forgotten = 0; ; ) {
    const page = await store.list('consent', index, value)
    if (page.length === 0) return forgotten
    for (const { id } of page) if (await forgetConsent(id, store)) forgotten += 1
  }
}

/** Resolves to whether it was there. */
export async function forgetConsent(id: string, store: Store<AuthorizationServerKinds>): Promise<boolean> {
  for (;;) {
    const entry = await store.get('consent', id)
    if (entry === undefined) return false
    if (await store.commit([{ kind: 'consent', id, version: entry.version, value: undefined }])) return true
  }
}
