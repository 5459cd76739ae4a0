import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Job, Outcome, Reply } from './jobs.ts'

/** The load generator, seen from the process that measures. */
export interface Load {
  /** Rejects when the generator failed, or when an answer had another status than 200 and 201, or the one that is awaited. */
  run(job: Job, options?: { awaited?: number }): Promise<Outcome>
  stop(): void
}

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('generator.ts', import.meta.url)), {
    serialization: 'advanced',
    execArgv: [],
  })
  let waiting: { resolve: (outcome: Outcome) => void; reject: (error: Error) => void; awaited: number } | undefined
  child.on('message', (reply: Reply) => {
    if ('failure' in reply) waiting?.reject(new Error(reply.failure))
    else if (isGood(reply.outcome, waiting?.awaited)) waiting?.resolve(reply.outcome)
    else waiting?.reject(new Error(`The answers were ${JSON.stringify(reply.outcome.statuses)}`))
  })
  child.on('exit', (code) => waiting?.reject(new Error(`The load generator ended with ${code}`)))
  return {
    run: (job, { awaited = 200 } = {}) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject, awaited }
        child.send(job)
      }),
    stop: () => child.disconnect(),
  }
}

function isGood({ statuses }: Outcome, awaited: number | undefined): boolean {
  return Object.keys(statuses).every((status) => status === '200' || status === '201' || status === String(awaited))
}
