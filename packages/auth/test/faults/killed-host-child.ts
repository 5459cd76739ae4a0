/** The server of the story `argv[2]` on the SQLite file `argv[3]`, asked by its parent, one question after another, until it is killed. */
import { flushCompileCache } from 'node:module'
import process from 'node:process'
import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import type { GrantEnd } from '@portcullis/auth/protocol'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import type { Fault } from './faulty-store.ts'
import { createHost, startedAt } from './host.ts'
import type { OperatorActs } from './operator-acts.ts'
import { stories } from './stories.ts'

export type Asked =
  | { kind: 'arm'; fault: Fault | undefined }
  | { kind: 'fetch'; request: { url: string; method: string; headers: [string, string][]; body: string | undefined } }
  | { kind: 'ready' }
  | { kind: 'endGrant'; grantId: string; reason: GrantEnd }
  | { kind: 'operate'; name: keyof OperatorActs; about: string }
  | { kind: 'revocations'; position: string | undefined }

export interface Answered {
  /** Of the question. */
  id: number
  value?: unknown
  failure?: string
}

export interface PlainResponse {
  status: number
  headers: [string, string][]
  body: string
}

const [, , name, path = ''] = process.argv
const story = stories.find((each) => each.name === name)
// Imported by its parent too, for its types alone.
if (story !== undefined && process.send !== undefined) {
  flushCompileCache() // nobody who is killed does it at the end
  const clock = { now: startedAt }
  const store = sqliteStore<AuthorizationServerKinds>({ path, now: () => clock.now })
  const host = createHost(story, store, { clock, kill: () => process.kill(process.pid, 'SIGKILL') })

  const answer = async (asked: Asked): Promise<unknown> => {
    switch (asked.kind) {
      case 'arm':
        return host.arm(asked.fault)
      case 'ready':
        return host.as.ready()
      case 'endGrant':
        return host.as.endGrant(asked.grantId, asked.reason)
      case 'operate':
        return host.operate(asked.name, asked.about)
      case 'revocations':
        return host.as.revocations.read(asked.position)
      case 'fetch': {
        const { url, method, headers, body } = asked.request
        const response = await host.as.fetch(new Request(url, { method, headers, ...(body !== undefined && { body }) }))
        return { status: response.status, headers: [...response.headers], body: await response.text() }
      }
      default:
        return asked satisfies never
    }
  }

  process.on('message', async (asked: Asked & { now: number; id: number }) => {
    clock.now = asked.now
    const answered: Answered = await answer(asked).then(
      (value) => ({ id: asked.id, value }),
      (cause: unknown) => ({ id: asked.id, failure: String(cause) }),
    )
    process.send?.(answered)
  })
}
