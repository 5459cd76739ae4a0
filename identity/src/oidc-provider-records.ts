import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/** What `oidc-provider` remembers, which here outlives its own objects: it reads its keys but once, so that new keys need a new one. */
export function createKeptRecords(): AdapterFactory {
  const records = new Map<string, { payload: AdapterPayload; endsAt: number }>()

  return (model): Adapter => {
    const keyOf = (id: string) => `${model} ${id}`
    const mine = () => [...records].filter(([key]) => key.startsWith(`${model} `))
    const find = async (key: string) => {
      const record = records.get(key)
      return record === undefined || record.endsAt <= Date.now() ? undefined : record.payload
    }
    const findBy = async (isMeant: (payload: AdapterPayload) => boolean) => {
      const found = mine().find(([, { payload }]) => isMeant(payload))
      return found === undefined ? undefined : find(found[0])
    }
    return {
      async upsert(id, payload, expiresIn) {
        const endsAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000
        records.set(keyOf(id), { payload, endsAt })
      },
      find: (id) => find(keyOf(id)),
      findByUid: (uid) => findBy((payload) => payload.uid === uid),
      findByUserCode: (userCode) => findBy((payload) => payload.userCode === userCode),
      async consume(id) {
        const record = records.get(keyOf(id))
        if (record !== undefined) record.payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        records.delete(keyOf(id))
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of mine()) if (payload.grantId === grantId) records.delete(key)
      },
    }
  }
}
