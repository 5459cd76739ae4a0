import type { Store } from '@portcullis/auth/authorization-server'
import type { ProgramKinds } from '../store/records.ts'

/** Keeps under which URL the server runs: the commands beside it may have been given none of its options. */
export async function recordPublicUrl(store: Store<ProgramKinds>, publicUrl: string): Promise<void> {
  for (;;) {
    const known = await store.get('server', 'this')
    if (known?.value.publicUrl === publicUrl) return
    const version = known?.version ?? 'absent'
    if (await store.commit([{ kind: 'server', id: 'this', version, value: { ...known?.value, publicUrl } }])) return
  }
}

/** The URL that a server on this store ran under last; `undefined` where none has run. */
export async function recordedPublicUrl(store: Store<ProgramKinds>): Promise<string | undefined> {
  return (await store.get('server', 'this'))?.value.publicUrl
}
