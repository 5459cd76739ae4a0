import { randomBytes } from 'node:crypto'
import type { Change, Entry as Kept, Store } from '@portcullis/auth/authorization-server'
import type { AttemptRecord, ProgramKinds } from '../store/records.ts'
import type { Attempt } from './attempt.ts'

type AttemptStore = Pick<Store<ProgramKinds>, 'get' | 'list'>

/** Ids begin with what is left of a far time, so that a list of them has the latest first. */
export function createAttemptId(startedAt: number): string {
  const left = (farthest - startedAt).toString(36).padStart(9, '0')
  return `${left}${randomBytes(4).toString('hex')}`
}

const farthest = 36 ** 9 - 1

/** A page of what is kept, the latest first. `after`: the id that came last. */
export async function listKept(
  store: AttemptStore,
  { after, limit = 100 }: { after?: string | undefined; limit?: number } = {},
): Promise<Attempt[]> {
  const page = await store.list('attempt', 'all', 'all', { limit, ...(after !== undefined && { after }) })
  return page.map(attemptOf)
}

/** All of them, page by page. */
export async function* everyKept(store: AttemptStore): AsyncGenerator<Attempt> {
  let after: string | undefined
  for (;;) {
    const page = await listKept(store, { after })
    yield* page
    after = page.at(-1)?.id
    if (page.length < 100) return
  }
}

export async function findKept(store: AttemptStore, id: string): Promise<Attempt | undefined> {
  const kept = await store.get('attempt', id)
  return kept && attemptOf(kept)
}

/** Records of any process that may be of the same attempt. */
export async function relatedTo(store: AttemptStore, attempt: Attempt): Promise<Kept<AttemptRecord>[]> {
  const { grantIds, clientIds, network } = attempt
  const grant = grantIds.at(-1)
  const client = clientIds.at(-1)
  const pages = await Promise.all([
    ...(grant === undefined ? [] : [store.list('attempt', 'grant', grant, { limit: 4 })]),
    ...(client === undefined ? [] : [store.list('attempt', 'client', client, { limit: 8 })]),
    ...(network === undefined ? [] : [store.list('attempt', 'network', network, { limit: 8 })]),
  ])
  return [...new Map(pages.flat().map((kept) => [kept.id, kept])).values()].filter(({ id }) => id !== attempt.id)
}

/** The write of an attempt; it is gone `keep` seconds after it last changed. */
export function putOf({ id, ...value }: Attempt, version: number | 'absent', keep: number): Change<ProgramKinds> {
  const grant = value.grantIds.at(-1)
  const client = value.clientIds.at(-1)
  return {
    kind: 'attempt',
    id,
    version,
    value,
    expiresAt: Math.ceil(value.changedAt / 1000) + keep,
    index: {
      all: 'all',
      ...(grant !== undefined && { grant }),
      ...(client !== undefined && { client }),
      ...(value.network !== undefined && { network: value.network }),
    },
  }
}

export function attemptOf({ id, value }: Kept<AttemptRecord>): Attempt {
  return { ...value, id }
}
