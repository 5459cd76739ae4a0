/** Moves the head of a feed on `argv[3]` times, with an entry at each new position, and counts each time; beside others that do the same. */
import process from 'node:process'
import { type FeedKinds, positionId } from './several-processes-records.ts'
import { openSharedStore } from './shared-store.ts'

const [, , place = '', rounds] = process.argv
const store = await openSharedStore<FeedKinds>(place)
for (let done = 0; done < Number(rounds); ) {
  const head = await store.get('head', 'head')
  const position = (head?.value.position ?? 0) + 1
  const wrote = await store.commit([
    { kind: 'head', id: 'head', version: head?.version ?? 'absent', value: { position } },
    {
      kind: 'feed',
      id: positionId(position),
      version: 'absent',
      value: { process: process.pid },
      index: { all: 'yes' },
    },
  ])
  if (!wrote) continue
  await store.count('written', 3600)
  done += 1
}
await store.close()
