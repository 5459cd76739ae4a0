import { type ConnectionEvent, deviceCodeGrantType } from '@portcullis/auth/protocol'
import type { AccountEvent } from '../accounts/events.ts'
import { redactTarget, redactText } from '../operations/redact.ts'
import { clip, type Step } from './attempt.ts'

/** What an event means to somebody who wants to connect; `undefined` where it means nothing to them. */
export function stepOf(event: ConnectionEvent | AccountEvent): Step | undefined {
  switch (event.type) {
    case 'challenged':
      return { code: 'challenged' }
    case 'token_rejected':
      return step('token_rejected', event.reason, event.detail)
    case 'scope_insufficient':
      return step('scope_insufficient', undefined, event.required.join(' '))
    case 'call_denied':
      return step('call_denied', event.reason, event.detail)
    case 'call_allowed':
      return { code: 'called' }
    case 'upstream_failed':
      return step('upstream_failed', event.reason, event.detail)
    case 'upstream_ended':
      return event.wasStopped ? undefined : step('upstream_ended', undefined, event.detail)
    case 'upstream_said':
      return step('upstream_said', undefined, event.text)
    case 'host_rejected':
      return step('host_rejected', undefined, event.host)
    case 'origin_rejected':
      return step('origin_rejected', undefined, event.origin)
    case 'verification_unavailable':
      return step('unavailable', event.reason, event.detail)
    case 'exchange_failed':
      return step('failed', event.reason, event.detail)
    case 'metadata_unavailable':
      return step('unavailable', 'metadata', event.detail)
    case 'metadata_served':
      return metadataStep(event.document)
    case 'client_registered':
      return step('registered', event.isRepeated ? 'repeated' : undefined, event.clientName)
    case 'registration_refused':
      return step('registration_refused', event.reason, event.detail)
    case 'client_document_failed':
      return step('document_failed', event.served, event.detail)
    case 'client_keys_failed':
      return step('client_keys_failed', event.reason, event.detail)
    case 'request_pushed':
      return { code: 'pushed' }
    case 'push_refused':
      return step('push_refused', event.reason, event.detail)
    case 'device_authorization_started':
      return { code: 'device_started' }
    case 'device_authorization_refused':
      return step('device_refused', event.reason, event.detail)
    case 'user_code_refused':
      return step('user_code_refused', event.reason)
    case 'authorization_started':
      return step('authorization_started', undefined, redactTarget(event.redirectUri))
    case 'authorization_refused':
      return step('authorization_refused', event.reason, event.detail)
    case 'sign_in_required':
      return { code: 'sign_in_shown' }
    case 'consent_requested':
      return { code: 'consent_shown' }
    case 'consented':
      return { code: 'consented' }
    case 'consent_skipped':
      return step('consent_skipped', event.by)
    case 'consent_denied':
      return { code: 'consent_denied' }
    case 'claims_failed':
      return step('claims_failed', event.reason, event.detail)
    case 'code_issued':
      return { code: 'code_issued' }
    case 'token_issued':
      return tokenStep(event.grantType)
    case 'token_refused':
      return step('token_refused', event.reason, event.detail)
    case 'grant_ended':
      return step('grant_ended', event.reason)
    case 'request_refused':
      return step('request_refused', event.reason, event.detail)
    case 'failure':
      return step('failed', event.operation)
    case 'page_failed':
      return step('failed', 'page')
    case 'signed_in':
    case 'account_created':
    case 'password_reset':
    case 'confirmed':
      return { code: 'signed_in' }
    case 'sign_in_refused':
    case 'passkey_refused':
    case 'confirmation_refused':
      return step('sign_in_refused', event.reason)
    case 'identity_refused':
      return step('identity_refused', event.reason, event.cause ?? event.detail)
    case 'identity_provider_unavailable':
      // A recheck is no sign-in of anybody: the request that it held up says itself what came of it.
      return event.during === 'sign-in'
        ? step('identity_unavailable', undefined, event.cause ?? event.detail)
        : undefined
    case 'foreign_form_refused':
    case 'link_refused':
      return step('request_refused', event.type)
    case 'upstream_started': // what comes of it says the call
    case 'authenticated': // `call_allowed` says the same, and more
    case 'refresh_replayed':
    case 'consent_revoked':
    case 'revocation_refused':
    case 'userinfo_served':
    case 'userinfo_refused':
    case 'signing_key_published':
    case 'signing_key_retired':
    case 'signing_key_removed':
    case 'introspection_refused':
    case 'privileged_client_unknown':
    case 'signed_out':
    case 'signed_out_elsewhere':
    case 'session_ended':
    case 'token_exchanged':
    case 'passkey_added':
    case 'passkey_removed':
    case 'email_changed':
    case 'mail_sent':
    case 'mail_failed':
    case 'password_changed':
    case 'password_change_refused':
    case 'identity_linked':
    case 'identity_unlinked':
    case 'identity_ended': // the grant that ends with it says so
    case 'console_refused': // no attempt of an MCP client
      return undefined
    default:
      return event satisfies never
  }
}

function metadataStep(document: Extract<ConnectionEvent, { type: 'metadata_served' }>['document']): Step | undefined {
  switch (document) {
    case 'protected_resource':
      return { code: 'resource_metadata' }
    case 'authorization_server':
      return { code: 'server_metadata' }
    case 'jwks':
      return undefined // servers that verify tokens ask for it, and no client does
    default:
      return document satisfies never
  }
}

/** Clients that act for themselves connect nobody. */
function tokenStep(grantType: string): Step | undefined {
  switch (grantType) {
    case 'authorization_code':
    case deviceCodeGrantType:
      return step('token_issued', grantType)
    case 'refresh_token':
      return { code: 'refreshed' }
    default:
      return undefined
  }
}

function step(code: Step['code'], reason?: string, detail?: string): Step {
  return {
    code,
    ...(reason !== undefined && { reason: clip(reason, 60) }),
    ...(detail !== undefined && { detail: clip(redactText(detail)) }),
  }
}
