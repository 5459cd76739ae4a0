import type { Step, StepCode } from './attempt.ts'

/** What a step of the timeline means, in a sentence. */
export function meaningOf({ code, reason, detail }: Step): string {
  const sentence = sentences[code]
  const more = [reason === undefined || isTold(code) ? '' : reason.replaceAll('_', ' '), detail ?? ''].filter(
    (part) => part !== '',
  )
  return more.length === 0 ? `${sentence}.` : `${sentence}: ${more.join('. ')}`.replace(/\.?$/, '.')
}

/** Reasons that say no more than the sentence does. */
function isTold(code: StepCode): boolean {
  return code === 'token_issued' || code === 'registered'
}

const sentences: Readonly<Record<StepCode, string>> = {
  challenged: 'Asked the MCP server without a token, and was told where to sign in',
  resource_metadata: 'Read the metadata of the MCP server',
  server_metadata: 'Read the metadata of the authorization server',
  metadata_missing: 'Looked for metadata where there is none',
  elsewhere: 'Asked at an address where no MCP server is',
  registered: 'Registered as a client',
  registration_refused: 'The registration was refused',
  pushed: 'Pushed its authorization request',
  push_refused: 'The pushed authorization request was refused',
  device_started: 'A device asked for access, and shows a code',
  device_refused: 'The device was refused',
  user_code_refused: 'The code that was typed leads nowhere',
  document_failed: 'The document that describes the client could not be fetched',
  client_keys_failed: 'The keys of the client could not be read',
  authorization_started: 'The client sent the person’s browser to ask for access',
  authorization_refused: 'The authorization request was refused',
  sign_in_shown: 'The person was asked to sign in',
  signed_in: 'The person signed in',
  sign_in_refused: 'The sign-in was refused',
  identity_refused: 'The person came back from the identity provider and was not let in',
  identity_unavailable: 'The identity provider could not be asked',
  consent_shown: 'The person was asked for consent',
  consented: 'The person allowed the access',
  consent_skipped: 'Nobody was asked, since that was allowed before',
  consent_denied: 'The person denied the access',
  claims_failed: 'What stands in tokens about the person could not be had',
  code_issued: 'The browser took an authorization code to the client',
  token_issued: 'The client redeemed it for a token',
  refreshed: 'The client renewed its token',
  token_refused: 'The client came for a token and was refused',
  grant_ended: 'The access ended',
  token_rejected: 'The token of a call was refused',
  scope_insufficient: 'A call needs a scope that was not granted',
  call_denied: 'A rule refused a call',
  called: 'Called the MCP server with its token',
  upstream_failed: 'The MCP server behind failed',
  upstream_ended: 'The process of the MCP server ended',
  upstream_said: 'The MCP server wrote beside its messages',
  unavailable: 'Tokens could not be verified',
  host_rejected: 'The request named a host that is not ours',
  origin_rejected: 'A web page of another origin wanted to call',
  request_refused: 'The request was refused',
  failed: 'Something failed on our side',
}
