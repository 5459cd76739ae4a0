import type { Entry, Store } from '@portcullis/auth/authorization-server'
import type { ProgramKinds } from './records.ts'

type Kind = keyof ProgramKinds & string

/** All entries that an index has under one value, in the order of their ids: a store gives them by pages. */
export async function listAll<K extends Kind>(
  store: Pick<Store<ProgramKinds>, 'list'>,
  kind: K,
  index: ProgramKinds[K]['index'],
  value: string,
): Promise<Entry<ProgramKinds[K]['value']>[]> {
  const all: Entry<ProgramKinds[K]['value']>[] = []
  for (;;) {
    const after = all.at(-1)?.id
    const page = await store.list(kind, index, value, { limit: 500, ...(after !== undefined && { after }) })
    if (page.length === 0) return all
    all.push(...page)
  }
}
