import type { TextsOf } from './text.ts'
import { found, seenAs, shortUrl } from './values.ts'

export const challengeTexts: TextsOf<
  | 'everybody_let_in'
  | 'open_server'
  | 'scope_asked_before_sign_in'
  | 'error_with_status_200'
  | 'login_page_instead_of_challenge'
  | 'wrong_challenge_status'
  | 'challenge_missing'
  | 'challenge_renamed'
  | 'challenge_not_bearer'
  | 'challenge_malformed'
  | 'challenge_behind_another'
  | 'challenge_without_pointer'
  | 'pointer_not_absolute'
  | 'pointer_to_other_origin'
  | 'pointer_leads_nowhere'
  | 'error_code_without_token'
  | 'bad_token_let_in'
  | 'bad_token_not_named'
  | 'scope_asks_offline_access'
  | 'checked_before_authentication'
  | 'head_not_challenged'
  | 'delete_not_challenged'
  | 'challenge_scopes_many'
  | 'get_not_challenged'
  | 'preflight_refused'
  | 'headers_hidden_from_browsers'
> = {
  everybody_let_in: ({ status }) => [
    'The server lets everybody in without signing in, so no client ever asks its user to.',
    `initialize without a token: status ${status}; wanted is 401 with WWW-Authenticate: Bearer resource_metadata="…".`,
  ],
  open_server: ({ status }) => [
    'The server is open: it asks nobody to sign in, and has no sign-in to offer.',
    `initialize without a token: status ${status}, and no OAuth metadata anywhere.`,
  ],
  error_with_status_200: ({ code, message }) => [
    'The server tells its refusal as a success, so no client asks its user to sign in.',
    `initialize without a token: status 200 with JSON-RPC error ${code} "${seenAs(message, 50)}"; wanted is 401.`,
  ],
  login_page_instead_of_challenge: ({ status, location }) => [
    'The server shows a page for people where clients expect to be told where to sign in.',
    location === undefined
      ? `initialize without a token: status ${status} with a page; wanted is 401 with WWW-Authenticate.`
      : `initialize without a token: status ${status} to ${shortUrl(location, 50)}; wanted is 401 with WWW-Authenticate.`,
  ],
  wrong_challenge_status: ({ status, contentType, begins }) => [
    'The server refuses clients without saying that they should sign in.',
    `initialize without a token: status ${status}, ${seenAs(contentType, 30)} "${seenAs(begins, 40)}"; wanted is 401.`,
  ],
  challenge_missing: ({ status }) => [
    'The server says no, and not where to sign in: the header WWW-Authenticate is missing.',
    `initialize without a token: status ${status} without WWW-Authenticate; wanted is Bearer resource_metadata="…".`,
  ],
  challenge_renamed: ({ header, value }) => [
    'Something in front of the server renames the header that tells clients where to sign in.',
    `Seen is ${seenAs(header, 40)}: ${seenAs(value, 50)}; wanted is that value in WWW-Authenticate.`,
  ],
  scope_asked_before_sign_in: ({ scope }) => [
    'The server asks for more permission before anybody has signed in, and some clients take that for a no.',
    `initialize without a token: status 403, insufficient_scope${scope === undefined ? '' : `, scope="${seenAs(scope, 30)}"`}; wanted is 401.`,
  ],
  challenge_not_bearer: ({ value, says }) => [
    'The server asks for another kind of sign-in than MCP clients know.',
    says === undefined
      ? `WWW-Authenticate is "${seenAs(value)}"; wanted is the scheme Bearer.`
      : `Status 401 without WWW-Authenticate says "${seenAs(says, 60)}"; wanted is the scheme Bearer.`,
  ],
  challenge_malformed: ({ value }) => [
    'The header that tells clients where to sign in is not written as they read it.',
    `WWW-Authenticate is "${seenAs(value)}"; wanted is Bearer name="value", name="value".`,
  ],
  challenge_behind_another: ({ value, scheme }) => [
    'The server offers another kind of sign-in first, and some clients look no further.',
    `WWW-Authenticate begins with ${seenAs(scheme, 20)}: "${seenAs(value, 50)}"; wanted is Bearer first.`,
  ],
  challenge_without_pointer: ({ value }) => [
    'The server says that a sign-in is needed, and not where its documents are: clients must guess.',
    `WWW-Authenticate is "${seenAs(value)}"; wanted is resource_metadata="…" in it.`,
  ],
  pointer_not_absolute: ({ value }) => [
    'The server tells clients where to look with half an address, which they ignore.',
    `resource_metadata is "${seenAs(value)}"; wanted is an absolute https URL.`,
  ],
  pointer_to_other_origin: ({ pointer, expected, found: outcome }) => [
    'The server sends clients to another address for its documents, often its own inner one.',
    `resource_metadata is ${seenAs(pointer, 45)} (${found(outcome)}); wanted is ${seenAs(expected, 45)}.`,
  ],
  pointer_leads_nowhere: ({ pointer, found: outcome }) => [
    'The server tells clients to look where there is nothing.',
    `resource_metadata is ${seenAs(pointer, 80)}: ${found(outcome)}; wanted is 200 with JSON.`,
  ],
  error_code_without_token: ({ error }) => [
    'The server calls a token wrong that nobody has sent. Clients do not mind.',
    `WWW-Authenticate has error="${seenAs(error, 40)}" for a request without a token; wanted is no error there.`,
  ],
  bad_token_let_in: ({ status }) => [
    'The server lets clients in with a token that nobody has issued: it does not check tokens.',
    `initialize with an invented bearer token: status ${status}; wanted is 401 with error="invalid_token".`,
  ],
  bad_token_not_named: ({ status, value }) => [
    'The server does not say of a dead token that it is dead, so some clients never sign in again.',
    `An invented token: status ${status}, WWW-Authenticate ${seenAs(value, 40)}; wanted is 401 with error="invalid_token".`,
  ],
  scope_asks_offline_access: ({ scope }) => [
    'The server asks clients for a permission that is not its own to ask for.',
    `The challenge has scope="${seenAs(scope)}"; wanted is no offline_access in it.`,
  ],
  checked_before_authentication: ({ request, status }) => [
    'The server finds fault with the request before it asks who is there, so some clients are never asked to sign in.',
    `${seenAs(request, 60)} without a token: status ${status}; wanted is 401 for every request without one.`,
  ],
  head_not_challenged: ({ status }) => [
    'The server does not ask for a sign-in when clients only knock (HEAD), as some do first.',
    `HEAD without a token: status ${status}; wanted is 401 with WWW-Authenticate, as for POST.`,
  ],
  delete_not_challenged: ({ status }) => [
    'The server lets strangers end sessions: DELETE is answered without signing in.',
    `DELETE without a token or a session: status ${status}; wanted is 401 with WWW-Authenticate, as for POST.`,
  ],
  challenge_scopes_many: ({ count }) => [
    'The server asks clients for many permissions at once, and people have to grant them all.',
    `The challenge has ${count} scopes; wanted are those that the first request needs.`,
  ],
  get_not_challenged: ({ status }) => [
    'The server does not ask for a sign-in when clients open a stream (GET), as some do first.',
    `GET without a token: status ${status}; wanted is 401 with WWW-Authenticate, as for POST.`,
  ],
  preflight_refused: ({ url, status }) => [
    'Clients that run in a browser page may not talk to this server.',
    `OPTIONS ${shortUrl(url, 60)}: status ${status}; wanted is 204 with Access-Control-Allow-Origin.`,
  ],
  headers_hidden_from_browsers: ({ missing }) => [
    'Clients that run in a browser page are not shown where to sign in.',
    `The answer of status 401 lacks Access-Control-Expose-Headers: ${seenAs(missing.join(', '), 60)}.`,
  ],
}
