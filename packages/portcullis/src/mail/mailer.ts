import { setTimeout } from 'node:timers/promises'
import { type Deliver, DeliveryError, type Message } from './smtp.ts'

/** What a message is about; for the log, which has no more of it. */
export type MailKind = 'recovery' | 'address' | 'invitation' | 'notice'

/** What becomes of messages. Never an address, a text or a link. */
export type MailEvent =
  | { type: 'mail_sent'; kind: MailKind; accountId?: string }
  | { type: 'mail_failed'; kind: MailKind; accountId?: string; detail: string; isGivenUp: boolean }

/** Something that ends in a message, or in none: `undefined`. */
export interface MailJob {
  kind: MailKind
  accountId?: string
  /** What is found out, and written, before: none of it holds up the answer that a person waits for. */
  make: () => Promise<Message | undefined>
}

export interface Mailer {
  /** Takes a job and returns at once. Where too many wait already it is dropped, and told as failed. */
  send(job: MailJob): void
  /** Lets what is under way come to its end, for some seconds, and drops the rest. */
  close(): Promise<void>
}

export interface MailerOptions {
  deliver: Deliver
  onEvent: (event: MailEvent) => void
  /** Seconds before each further attempt. Default: 5 s, 30 s, 2 min, 8 min. */
  pauses?: readonly number[]
  /** Jobs that may wait. Default 200. */
  most?: number
  /** Jobs at a time. Default 4. */
  concurrency?: number
  /** Seconds that `close` waits. Default 5. */
  patience?: number
}

/**
 * Sends messages behind what people wait for: a mail server that is slow or down neither holds up a page nor shows on it who has an account. What waits is in
 * memory alone, since the links in it must not stand in the store; after a restart a person asks again.
 */
export function createMailer(options: MailerOptions): Mailer {
  const { deliver, onEvent, pauses = [5, 30, 120, 480], most = 200, concurrency = 4, patience = 5 } = options
  const waiting: MailJob[] = []
  const underWay = new Set<Promise<void>>()
  const ending = new AbortController()

  function next(): void {
    while (underWay.size < concurrency) {
      const job = waiting.shift()
      if (job === undefined) return
      const run = perform(job).finally(() => {
        underWay.delete(run)
        next()
      })
      underWay.add(run)
    }
  }

  async function perform({ make, ...told }: MailJob): Promise<void> {
    try {
      const message = await make()
      if (message !== undefined) await deliverAtLast(message, told)
    } catch (cause) {
      onEvent({ type: 'mail_failed', ...told, detail: detailOf(cause), isGivenUp: true })
    }
  }

  async function deliverAtLast(message: Message, told: Pick<MailJob, 'kind' | 'accountId'>): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await deliver(message)
        return onEvent({ type: 'mail_sent', ...told })
      } catch (cause) {
        const pause = cause instanceof DeliveryError && cause.isTemporary ? pauses[attempt] : undefined
        if (pause === undefined || ending.signal.aborted) throw cause
        onEvent({ type: 'mail_failed', ...told, detail: detailOf(cause), isGivenUp: false })
        await elapsed(pause, ending.signal)
        if (ending.signal.aborted) throw cause
      }
    }
  }

  return {
    send(job) {
      if (waiting.length >= most || ending.signal.aborted) {
        const { make: _, ...told } = job
        onEvent({ type: 'mail_failed', ...told, detail: 'too many messages wait', isGivenUp: true })
        return
      }
      waiting.push(job)
      setImmediate(next)
    },
    async close() {
      ending.abort()
      waiting.length = 0
      await Promise.race([Promise.all(underWay), elapsed(patience)])
    },
  }
}

function detailOf(cause: unknown): string {
  return cause instanceof DeliveryError ? cause.message : 'the message could not be made'
}

/** Resolves after so many seconds, or as soon as `signal` is aborted; keeps no process alive. */
async function elapsed(seconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(seconds * 1000, undefined, { ref: false, ...(signal !== undefined && { signal }) }).catch(() => {})
}
