import { test } from 'node:test'
import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { stories } from './stories.ts'
import { openHosts, walk } from './walk.ts'

/** A share of `npm run faults`: answers that are lost, and calls that are never answered. */
const kinds = ['throws after', 'hangs before'] as const

for (const story of stories)
  test(`whatever call of the store goes wrong: ${story.name}`, async (t) => {
    const open = openHosts((now) => ({ store: memoryStore<AuthorizationServerKinds>({ now }) }))

    const played = await walk(story, { kinds, open })

    t.diagnostic(`played ${played} times`)
  })
