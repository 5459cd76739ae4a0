import { test } from 'node:test'
import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { inProcess } from './faulty-store.ts'
import { stories } from './stories.ts'
import { openHosts, walk } from './walk.ts'

for (const story of stories)
  test(`whatever call of the store goes wrong: ${story.name}`, async (t) => {
    const open = openHosts((now) => ({ store: memoryStore<AuthorizationServerKinds>({ now }) }))

    const played = await walk(story, { kinds: inProcess, open })

    t.diagnostic(`played ${played} times`)
  })
