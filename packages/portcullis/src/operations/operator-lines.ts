import type { Store } from '@portcullis/auth/authorization-server'
import { takeActs } from '../administration/operator-acts.ts'
import type { OperatorAct, OperatorActRecord, ProgramKinds } from '../store/records.ts'
import { signingKeyPublished } from './event-lines.ts'
import type { Log } from './log.ts'
import { grantEndReasons } from './reasons.ts'

export interface OperatorLinesOptions {
  store: Store<ProgramKinds>
  log: Log
  /** Seconds between two looks. Default 2. */
  interval?: number
}

/** Writes to the log what operators do beside the server on the command line, and what they did while there was none. */
export function followOperators({ store, log, interval = 2 }: OperatorLinesOptions): { stop(): Promise<void> } {
  let looking: Promise<void> | undefined
  let isFailing = false

  async function look(): Promise<void> {
    try {
      await takeActs(store, (left) => write(left, log))
      isFailing = false
    } catch (error) {
      if (!isFailing) log.write('error', 'What operators did on the command line cannot be read', { error })
      isFailing = true
    } finally {
      looking = undefined
    }
  }

  const begin = () => {
    looking ??= look()
  }
  begin()
  const timer = setInterval(begin, interval * 1000)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}

function write({ act, at, by }: OperatorActRecord, log: Log): void {
  const { type, ...about } = act
  const when = new Date(at * 1000).toISOString()
  log.write('info', messageOf(act), { event: type, ...about, from: 'command line', by, at: when })
}

function messageOf(act: OperatorAct): string {
  switch (act.type) {
    case 'user_invited':
      return 'An operator made an invitation'
    case 'invitation_withdrawn':
      return 'An operator took an invitation back'
    case 'owner_link_made':
      return 'An operator made a link for the first owner'
    case 'reset_link_made':
      return `An operator made a link with which ${act.userName} sets a new password`
    case 'user_disabled':
      return `An operator disabled ${act.userName}`
    case 'user_enabled':
      return `An operator enabled ${act.userName} again`
    case 'client_created':
      return `An operator made the client ${act.clientId}`
    case 'client_deleted':
      return `An operator deleted the client ${act.clientId}`
    case 'client_secret_renewed':
      return `An operator gave the client ${act.clientId} another secret`
    case 'grant_ended':
      return `An operator ended a grant, because ${grantEndReasons[act.reason]}`
    case 'signing_key_published':
      return `An operator changed the signing keys. ${signingKeyPublished(act)}`
    case 'signing_key_retired':
      return 'An operator changed the signing keys: one signs no more'
    case 'signing_key_removed':
      return 'An operator took a signing key back'
    case 'consent_revoked':
      return 'An operator forgot what a person had allowed a client'
    default:
      return act satisfies never
  }
}
