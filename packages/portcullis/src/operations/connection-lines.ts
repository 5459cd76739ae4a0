import type { ConnectionEvent } from '@portcullis/auth/protocol'
import { callFields, nameCalls } from './call-fields.ts'
import { cautiousLog } from './cautious-log.ts'
import type { Log, LogLevel } from './log.ts'
import {
  grantEndReasons,
  idlePrivileges,
  invalidTokenReasons,
  signingKeyReasons,
  tokenRefusalReasons,
  userinfoRefusalReasons,
} from './reasons.ts'
import { redactTarget } from './redact.ts'

/** Writes each step of a connection to the log. */
export function logConnectionEvents(given: Log): (event: ConnectionEvent) => void {
  const log = cautiousLog(given)
  return (event) => {
    const level = levelOf(event)
    if (!log.isEnabled(level)) return
    const { type, ...fields } = fieldsOf(event)
    if (event.type !== 'failure') return log.write(level, connectionMessage(event), { event: type, ...fields })
    log.write(level, connectionMessage(event), { event: type, operation: event.operation, error: event.cause })
  }
}

/** Paths and redirect URIs come from outside, and may carry anything in their queries (law 11). */
function fieldsOf(event: ConnectionEvent): { type: ConnectionEvent['type']; [field: string]: unknown } {
  switch (event.type) {
    case 'scope_insufficient':
    case 'call_denied':
    case 'call_allowed': {
      const { calls, furtherCalls, claimedCall, ...fields } = event
      return { ...fields, ...callFields(event) }
    }
    case 'claims_failed': {
      const { cause, ...fields } = event
      return { ...fields, ...(cause !== undefined && { error: cause }) }
    }
    case 'request_refused':
    case 'upstream_failed':
      return { ...event, path: redactTarget(event.path) }
    case 'authorization_started':
      return { ...event, redirectUri: redactTarget(event.redirectUri) }
    case 'client_registered':
      return { ...event, redirectUris: event.redirectUris.map(redactTarget) }
    default:
      return { ...event }
  }
}

function levelOf(event: ConnectionEvent): LogLevel {
  // Told to end, it did what it should.
  return event.type === 'upstream_ended' && event.wasStopped ? 'info' : connectionLevels[event.type]
}

const connectionLevels: Readonly<Record<ConnectionEvent['type'], LogLevel>> = {
  challenged: 'info',
  token_rejected: 'info',
  scope_insufficient: 'info',
  call_denied: 'info',
  authenticated: 'debug',
  call_allowed: 'debug',
  verification_unavailable: 'error',
  token_exchanged: 'debug',
  exchange_failed: 'warn',
  metadata_unavailable: 'error',
  host_rejected: 'warn',
  origin_rejected: 'warn',
  upstream_failed: 'warn',
  upstream_started: 'info',
  upstream_ended: 'warn',
  upstream_said: 'info',
  metadata_served: 'debug',
  client_registered: 'info',
  registration_refused: 'warn',
  client_document_failed: 'warn',
  client_keys_failed: 'warn',
  privileged_client_unknown: 'warn',
  request_pushed: 'info',
  push_refused: 'warn',
  device_authorization_started: 'info',
  device_authorization_refused: 'warn',
  user_code_refused: 'warn',
  authorization_started: 'info',
  authorization_refused: 'warn',
  sign_in_required: 'info',
  consent_requested: 'info',
  consented: 'info',
  consent_denied: 'info',
  consent_skipped: 'info',
  consent_revoked: 'info',
  claims_failed: 'error',
  code_issued: 'debug',
  token_issued: 'info',
  refresh_replayed: 'info',
  token_refused: 'warn',
  grant_ended: 'info',
  revocation_refused: 'warn',
  userinfo_served: 'info',
  userinfo_refused: 'warn',
  signing_key_published: 'info',
  signing_key_retired: 'info',
  signing_key_removed: 'info',
  introspection_refused: 'warn',
  request_refused: 'info',
  failure: 'error',
}

/** One line for the log. */
export function connectionMessage(event: ConnectionEvent): string {
  switch (event.type) {
    case 'challenged':
      return 'Asked a client to sign in: its request carried no access token'
    case 'token_rejected':
      return `Refused an access token, because ${invalidTokenReasons[event.reason]}`
    case 'scope_insufficient':
      return `Refused ${nameCalls(event)}, which needs more than was granted: ${event.required.join(' ')}`
    case 'call_denied':
      return `Refused ${nameCalls(event)}: ${event.detail}`
    case 'authenticated':
      return 'Accepted an access token'
    case 'call_allowed':
      return `Allowed ${nameCalls(event)}`
    case 'upstream_failed':
      return event.detail
    case 'upstream_started':
      return `Started ${event.upstream}${event.subject === undefined ? '' : ' for one person'}`
    case 'upstream_ended':
      return event.wasStopped ? `Stopped ${event.upstream}: it ${event.detail}` : `${event.upstream} ${event.detail}`
    case 'upstream_said':
      return `${event.upstream} says: ${event.text}`
    case 'verification_unavailable':
      return event.reason === 'keys'
        ? 'Cannot verify access tokens, because the keys of their issuer cannot be fetched'
        : 'Cannot verify access tokens, because the record of ended grants cannot be read'
    case 'token_exchanged':
      return `Exchanged an access token for one that is for ${event.target ?? 'another server'}`
    case 'exchange_failed':
      return `Could not exchange an access token: ${event.detail}`
    case 'metadata_unavailable':
      return event.isServedStale
        ? 'Cannot read the metadata of an issuer anew; what it said before is shown on'
        : 'Cannot show the metadata of an issuer, because they cannot be read'
    case 'host_rejected':
      return 'Refused a request, because its host is not one of ours; if it should be, add it to allowedHosts'
    case 'origin_rejected':
      return 'Refused a request from a web page of another origin; if it may call, add it to allowedOrigins'
    case 'metadata_served':
      return 'Served metadata'
    case 'client_registered':
      return `${event.isRepeated ? 'Gave a client that registered the same again its identifier: it' : 'Registered a client that'} calls itself ${event.clientName ?? 'nothing'}`
    case 'registration_refused':
      return `Refused to register a client: ${event.detail}`
    case 'client_document_failed':
      return `Could not fetch the document that describes a client: ${event.detail}${insteadOfDocument(event)}`
    case 'privileged_client_unknown':
      return idlePrivileges[event.reason]
    case 'client_keys_failed':
      return `Could not read the keys of a client: ${event.detail}`
    case 'request_pushed':
      return 'A client pushed an authorization request'
    case 'push_refused':
      return `Refused a pushed authorization request: ${event.detail}`
    case 'device_authorization_started':
      return 'A client on a device asked for access, and shows a code there'
    case 'device_authorization_refused':
      return `Refused a device authorization request: ${event.detail}`
    case 'user_code_refused':
      return event.reason === 'rate_limited'
        ? 'Refused the code of a device, because too many were typed'
        : 'Refused the code of a device, because no device waits with it'
    case 'authorization_started':
      return 'A client sent a browser to ask for access'
    case 'authorization_refused':
      return `Refused an authorization request: ${event.detail}`
    case 'sign_in_required':
      return 'Asked the person to sign in first'
    case 'consent_requested':
      return 'Asked the person for consent'
    case 'consented':
      return 'The person allowed the access'
    case 'consent_denied':
      return 'The person denied the access'
    case 'consent_skipped':
      return event.by === 'memory'
        ? 'Did not ask the person, who allowed as much before'
        : 'Did not ask the person, because the host answers for them'
    case 'consent_revoked':
      return `Forgot what the person had allowed, because ${grantEndReasons[event.reason]}`
    case 'claims_failed':
      return `Could not put the claims of the host into a token: ${event.detail}`
    case 'code_issued':
      return 'Issued an authorization code'
    case 'token_issued':
      return event.grantType === 'refresh_token' ? 'Refreshed an access token' : 'Issued an access token'
    case 'refresh_replayed':
      return 'Gave a client the same refresh token again, because the answer before seems to have been lost'
    case 'token_refused':
      return `Refused to issue a token, because ${tokenRefusalReasons[event.reason]}`
    case 'grant_ended':
      return `A grant ended, because ${grantEndReasons[event.reason]}`
    case 'revocation_refused':
      return `Refused a revocation request: ${event.detail}`
    case 'userinfo_served':
      return 'Told a client who the person is'
    case 'userinfo_refused':
      return `Refused to tell who the person is, because ${userinfoRefusalReasons[event.reason]}`
    case 'signing_key_published':
      return signingKeyPublished(event)
    case 'signing_key_retired':
      return 'A signing key signs no more, and is published until its last token has expired'
    case 'signing_key_removed':
      return 'A signing key is published no more'
    case 'introspection_refused':
      return `Refused to introspect a token: ${event.detail}`
    case 'request_refused':
      return `Refused a request: ${event.detail}`
    case 'failure':
      return `Something failed on our side: ${event.operation}`
    default:
      return event satisfies never
  }
}

/** What is to come is said, since it is what an operator may want to stop. */
export function signingKeyPublished({
  reason,
  signsFrom,
}: Extract<ConnectionEvent, { type: 'signing_key_published' }>): string {
  const from = `signs from ${new Date(signsFrom * 1000).toISOString()} on`
  return `A new signing key ${from}, because ${signingKeyReasons[reason]}`
}

function insteadOfDocument({ served, isOld }: Extract<ConnectionEvent, { type: 'client_document_failed' }>): string {
  switch (served) {
    case 'kept':
      return '; what it said before goes on'
    case 'bundled':
      return `; what it said when this was released stands in${isOld ? ', which is more than 90 days old: update Portcullis' : ''}`
    case 'nothing':
      return ''
    default:
      return served satisfies never
  }
}
