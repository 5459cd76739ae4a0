import type { AccountEvent } from '../accounts/events.ts'
import { cautiousLog } from './cautious-log.ts'
import { connectionMessage } from './connection-lines.ts'
import type { Log, LogLevel } from './log.ts'

/** Writes each step of a person with an account to the log. */
export function logAccountEvents(given: Log): (event: AccountEvent) => void {
  const log = cautiousLog(given)
  return (event) => {
    const level = accountLevels[event.type]
    if (!log.isEnabled(level)) return
    const { type, ...fields } = event
    if (event.type !== 'page_failed') return log.write(level, accountMessage(event), { event: type, ...fields })
    log.write(level, accountMessage(event), { event: type, path: event.path, error: event.cause })
  }
}

const accountLevels: Readonly<Record<AccountEvent['type'], LogLevel>> = {
  signed_in: 'info',
  sign_in_refused: 'warn',
  passkey_refused: 'warn',
  passkey_added: 'info',
  passkey_removed: 'info',
  confirmed: 'info',
  confirmation_refused: 'warn',
  signed_out: 'info',
  account_created: 'info',
  password_reset: 'info',
  password_changed: 'info',
  password_change_refused: 'warn',
  session_ended: 'info',
  signed_out_elsewhere: 'info',
  identity_refused: 'warn',
  identity_provider_unavailable: 'error',
  identity_linked: 'info',
  identity_unlinked: 'info',
  identity_ended: 'warn',
  email_changed: 'info',
  mail_sent: 'info',
  mail_failed: 'warn',
  link_refused: 'warn',
  foreign_form_refused: 'warn',
  page_failed: 'error',
  console_refused: 'warn',
  request_refused: 'info',
}

const signInRefusals: Readonly<
  Record<Extract<AccountEvent, { type: 'sign_in_refused' | 'confirmation_refused' }>['reason'], string>
> = {
  wrong: 'the user name or the password was wrong',
  not_valid: 'the passkey is not one of ours, or was not used for this page',
  stale: 'the page with the request for a passkey was too old, of another browser, or used already',
  copied: 'the counter of the passkey fell behind: it may have been copied',
  disabled: 'the account is disabled',
  too_many: 'there were too many attempts',
  busy: 'too many people sign in at once',
}

function accountMessage(event: AccountEvent): string {
  switch (event.type) {
    case 'signed_in':
      return event.isDev
        ? `The test user ${event.userName} signed in without a password`
        : `${event.userName} signed in${event.identityProvider === undefined ? '' : ` with ${event.identityProvider}`}`
    case 'sign_in_refused':
      return `Refused a sign-in${event.userName === undefined ? '' : ` to ${event.userName}`}, because ${signInRefusals[event.reason]}`
    case 'passkey_refused':
      return `Refused a passkey${event.userName === undefined ? '' : ` of ${event.userName}`}, because ${signInRefusals[event.reason]}`
    case 'passkey_added':
      return `${event.userName} added a passkey`
    case 'passkey_removed':
      return `${event.userName} removed a passkey`
    case 'confirmed':
      return `${event.userName} proved anew who it is`
    case 'confirmation_refused':
      return `${event.userName} did not prove anew who it is, because ${signInRefusals[event.reason]}`
    case 'signed_out':
      return `${event.userName} signed out`
    case 'account_created':
      return accountCreated(event)
    case 'password_reset':
      return `${event.userName} set a new password`
    case 'password_changed':
      return `${event.userName} changed the password`
    case 'password_change_refused':
      return `Refused to change the password of ${event.userName}, because ${
        event.reason === 'wrong' ? 'the present one was wrong' : signInRefusals[event.reason]
      }`
    case 'session_ended':
      return `${event.userName} signed out another browser`
    case 'signed_out_elsewhere':
      return `${event.userName} signed out all other browsers`
    case 'identity_refused':
      return `Did not let in somebody who came from ${event.identityProvider}: ${event.detail}`
    case 'identity_provider_unavailable':
      return event.during === 'sign-in'
        ? `Nobody can sign in with ${event.identityProvider}: ${event.detail}`
        : `Cannot ask ${event.identityProvider} whether a person still is there; they go on for the time that is configured: ${event.detail}`
    case 'identity_linked':
      return event.byEmail
        ? `${event.identityProvider} opens the account of ${event.userName} from now on, whose e-mail address it verified; password, sessions and grants are gone`
        : `${event.userName} can sign in with ${event.identityProvider} from now on`
    case 'identity_unlinked':
      return `${event.userName} cannot sign in with ${event.identityProvider} any more`
    case 'identity_ended':
      return `Ended the sessions and grants of a person who came from ${event.identityProvider}, because ${identityEnds[event.reason]}: ${event.detail}`
    case 'email_changed':
      return `${event.userName} changed the e-mail address`
    case 'mail_sent':
      return `Sent a message (${event.kind})`
    case 'mail_failed':
      return `Could not send a message (${event.kind}), because ${event.detail}; ${event.isGivenUp ? 'it is given up' : 'it is tried again'}`
    case 'link_refused':
      return `Refused a one-time link (${event.purpose}) that does not work any more`
    case 'foreign_form_refused':
      return 'Refused a form that was not sent by a page of ours'
    case 'page_failed':
      return 'A page failed on our side'
    case 'console_refused':
      return `Refused a request to the console: ${event.reason.replaceAll('_', ' ')}`
    case 'request_refused':
      return connectionMessage(event)
    default:
      return event satisfies never
  }
}

const identityEnds: Readonly<Record<Extract<AccountEvent, { type: 'identity_ended' }>['reason'], string>> = {
  ended: 'it says that they are not there any more',
  not_admitted: 'the rules do not let them in any more',
  too_old: 'what it said at sign-in is too old',
}

function accountCreated({ userName, by }: Extract<AccountEvent, { type: 'account_created' }>): string {
  switch (by) {
    case 'owner':
      return `${userName} made the first account and is the owner`
    case 'invitation':
      return `${userName} accepted an invitation`
    case 'identity_provider':
      return `${userName} signed in for the first time, and has an account now`
    default:
      return by satisfies never
  }
}
