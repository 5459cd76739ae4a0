import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import { sqliteStore } from '@portcullis/auth/stores/sqlite'
import type { Fault } from './faulty-store.ts'
import { type Host, startedAt } from './host.ts'
import type { Answered, Asked, PlainResponse } from './killed-host-child.ts'
import type { OperatorActs } from './operator-acts.ts'
import type { Story } from './story.ts'

const child = fileURLToPath(import.meta.url.replace(/killed-host(\.\w+)$/, 'killed-host-child$1'))

/**
 * The server of a story in a process of its own, on SQLite in `folder`: it dies at the fault, and `mend` starts it again on the same file.
 * `cache`: a folder for compiled code, since so many are started.
 */
export function createKilledHost(story: Story, folder: string, cache: string): Host {
  const path = join(folder, 'store.db')
  const clock = { now: startedAt }
  let running = start()
  let hasFired = false

  function start() {
    const started = spawn(process.execPath, [...process.execArgv, child, story.name, path], {
      env: { ...process.env, NODE_COMPILE_CACHE: cache },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    return { process: started, ended: once(started, 'close') }
  }

  async function ask<Value>(asked: Asked): Promise<Value> {
    const { process: asking, ended } = running
    const answer = await Promise.race([answerOf(asking, { ...asked, now: clock.now }), ended])
    if (Array.isArray(answer)) {
      hasFired = true
      throw new Error(`The process ended: ${answer}`)
    }
    if (answer.failure !== undefined) throw new Error(answer.failure)
    return answer.value as Value // what `killed-host-child.ts` makes of that question
  }

  return {
    clock,
    as: {
      async fetch(request) {
        const body = request.body === null ? undefined : await request.text()
        const { url, method, headers } = request
        const {
          status,
          headers: pairs,
          body: text,
        } = await ask<PlainResponse>({
          kind: 'fetch',
          request: { url, method, headers: [...headers], body },
        })
        return new Response(text === '' ? undefined : text, { status, headers: pairs })
      },
      ready: () => ask({ kind: 'ready' }),
      endGrant: (grantId, reason) => ask({ kind: 'endGrant', grantId, reason }),
      revocations: { read: (position) => ask({ kind: 'revocations', position }) },
    },
    operate: (name, about) => ask({ kind: 'operate', name, about }) as ReturnType<OperatorActs[typeof name]>,
    arm: (fault: Fault | undefined) => ask({ kind: 'arm', fault }),
    hasFired: () => hasFired,
    async mend() {
      if (running.process.exitCode === null && running.process.signalCode === null) return
      running = start()
    },
    async comeLate() {},
    async peek(read) {
      const store = sqliteStore<AuthorizationServerKinds>({ path, now: () => clock.now })
      try {
        return await read(store)
      } finally {
        await store.close()
      }
    },
    events: () => undefined,
    async close() {
      running.process.kill('SIGKILL')
      await running.ended
    },
  }
}

let asked = 0

/** Some questions are asked while another is not answered yet. */
function answerOf(asking: ChildProcess, question: Asked & { now: number }): Promise<Answered> {
  const id = asked++
  return new Promise((resolve) => {
    const look = (answer: Answered) => {
      if (answer.id !== id) return
      asking.off('message', look)
      resolve(answer)
    }
    asking.on('message', look)
    asking.send({ ...question, id }, () => {}) // where it has ended, its end is the answer
  })
}
