/**
 * Why requests are refused: closed unions, so that whoever counts or explains refusals misses none. What there is to say beyond stands in the
 * event's `detail`.
 */

/** Why an authorization request, or the form that answers it, was refused (RFC 6749 §4.1.2.1). */
export type AuthorizationRefusal =
  /** A parameter is missing, repeated or malformed, or asks for what is never done here. */
  | 'malformed_request'
  /** Nobody is registered under the client's identifier, or its document cannot stand. */
  | 'unknown_client'
  /** What describes the client cannot be fetched now. */
  | 'client_unavailable'
  /** The client did not register the redirect URI that it names. */
  | 'unregistered_redirect_uri'
  /** Something else than a code is asked for. */
  | 'unsupported_response_type'
  /** There is no code challenge of the method S256 (RFC 7636 §4.4.1). */
  | 'wrong_code_challenge'
  /** It names no resource that is known here, or several (RFC 8707 §2). */
  | 'wrong_resource'
  /** The scope is no scope. */
  | 'wrong_scope'
  /** The consent form came from another site. */
  | 'foreign_form'
  /** The consent form is too old, or was not made for this person, browser or request. */
  | 'wrong_form'
  /** The consent form gave its code before. */
  | 'used_form'
  /** The person did not say that the device in front of them shows the code (RFC 8628 §5.4). */
  | 'not_compared'
  /** Nobody is signed in any more. */
  | 'signed_out'
  /** `prompt=none`, and nobody is signed in, or not lately enough; or, with whatever prompt, somebody else than `id_token_hint` names. */
  | 'login_required'
  /** `id_token_hint` is no ID token that was issued here to the client, or its key is published no more. */
  | 'wrong_id_token_hint'
  /** `prompt=none`, and the person would have to be asked. */
  | 'consent_required'
  /** The host's decision hook said no. */
  | 'denied_by_host'
  /** The registration ended while the person decided, or is not for this. */
  | 'unauthorized_client'
  /** Something failed on our side; a `failure` event says what. */
  | 'failure'

/** Why a pushed request was refused (RFC 9126 §2.3). */
export type PushRefusal =
  | AuthorizationRefusal
  /** The client does not show what it registered. */
  | 'wrong_client_authentication'
  /** There were too many refused requests from its network. */
  | 'rate_limited'

/** Why a client on a device was not given codes (RFC 8628 §3.2). */
export type DeviceAuthorizationRefusal =
  | 'malformed_request'
  /** The client is unknown, or does not show what it registered. */
  | 'wrong_client_authentication'
  /** What describes the client, or its keys, cannot be fetched now. */
  | 'client_unavailable'
  /** It is not registered for devices, or somebody must let it in by a browser first. */
  | 'unauthorized_client'
  /** It names no resource that is known here, or several (RFC 8707 §2). */
  | 'wrong_resource'
  /** The scope is no scope. */
  | 'wrong_scope'
  /** There were too many from its network. */
  | 'rate_limited'

/** Why a registration was refused (RFC 7591 §3.2.2). */
export type RegistrationRefusal =
  /** The body is too long, broke off, or is not `application/json`. */
  | 'malformed_request'
  /** One of the redirect URIs is forbidden, or none is left. */
  | 'wrong_redirect_uri'
  /** It is no JSON object, or another field has the wrong type or asks for what is never done here. */
  | 'wrong_metadata'
  /** It did not show what it must to register here. */
  | 'unauthorized'
  /** There were too many from its network. */
  | 'rate_limited'

/** Why a revocation request changed nothing (RFC 7009 §2.2). */
export type RevocationRefusal =
  /** The token is not valid, or of another client; answered like one that was revoked. */
  | 'not_of_client'
  | 'malformed_request'
  /** The client is unknown, or does not show what it registered. */
  | 'wrong_client_authentication'
  /** What describes the client, or its keys, cannot be fetched now. */
  | 'client_unavailable'
  /** There were too many refused requests from its network. */
  | 'rate_limited'

/** Why the introspection endpoint refused. */
export type IntrospectionRefusal =
  | 'malformed_request'
  /** The client is unknown, or does not show what it registered. */
  | 'wrong_client_authentication'
  /** The secret is not one of a reader. */
  | 'unknown_reader'
  /** The operator has not allowed it to the client. */
  | 'client_not_allowed'
  /** What describes the client, or its keys, cannot be fetched now. */
  | 'client_unavailable'
  /** There were too many refused requests from its network. */
  | 'rate_limited'

/** Why a request was refused that came to no endpoint, or to none that has an event of its own. */
export type RequestRefusal =
  | 'not_found'
  | 'method_not_allowed'
  /** The target is no path. */
  | 'bad_target'
  /** The revocation feed was asked for without the secret of a reader. */
  | 'unknown_reader'
  // The gateway
  | 'stopping'
  | 'too_many_open'
  | 'too_much_held'
  /** The MCP session is over, unknown, or somebody else's. */
  | 'unknown_session'
  /** It names no MCP session, and needs one. */
  | 'no_session'
  /** It is of a revision of MCP that the server does not speak. */
  | 'wrong_protocol_version'
  | 'not_acceptable'
  | 'body_too_large'
  | 'body_timed_out'
  /** The client left before the end of its request. */
  | 'body_broke_off'
  | 'internal_error'
  /** What was open ended, because its grant did. */
  | 'grant_ended'
  /** What was open ended, because its access token expired. */
  | 'token_expired_meanwhile'
  /** What was open ended, because nobody can say whether its grant did. */
  | 'revocations_unreadable'
  /** Whoever had it open left. */
  | 'abandoned'
  // A body that is no message of MCP, or an ambiguous one
  | 'unsupported_media_type'
  | 'intricate_json'
  | 'not_json'
  | 'not_json_rpc'
  | 'ambiguous_json'
  | 'header_mismatch'
  // HTTP itself
  | 'no_host'
  | 'malformed_http'
  | 'tls_on_plain_port'
  | 'request_timed_out'
  | 'chunk_extensions_too_long'
  | 'unmet_expectation'
  | 'head_too_long'
  // Pages
  | 'foreign_form'
  | 'form_too_long'
  | 'no_form'
  | 'unreadable_form'
  | 'form_not_accepted'
  | 'link_gone'
  | 'dev_sign_in_not_allowed'
  | 'cookie_not_kept'
  | 'identity_refused'
  | 'identity_provider_unavailable'
  | 'passwords_off'
  | 'page_failed'

/** Why the MCP server behind gave no answer that could be passed on. */
export type UpstreamFailure =
  | 'upstream_refused'
  | 'upstream_not_found'
  | 'upstream_unreachable'
  | 'upstream_connect_timeout'
  | 'upstream_timeout'
  | 'upstream_certificate'
  | 'upstream_bad_answer'
  | 'upstream_broke_off'
  /** It asks for credentials of its own. */
  | 'upstream_unauthorized'
  | 'upstream_redirect'
  /** It stopped in the middle of its answer. */
  | 'upstream_idle'
  // Of a server that speaks over its standard streams
  | 'upstream_not_started'
  /** It ended while somebody waited. */
  | 'upstream_ended'
  /** It ended again and again, and is left alone for a while. */
  | 'upstream_resting'
  /** No more of it may run at the same time. */
  | 'upstream_at_capacity'
  /** What it is set up with is to say something of the person that their sign-in does not. */
  | 'upstream_claim_missing'

/** Why what describes a client could not be fetched. */
export type DocumentFailure =
  /** No host that may be asked (law 8), or nothing is fetched here. */
  | 'refused'
  | 'unreachable'
  | 'timed_out'
  | 'too_long'
  /** The host answered, but not with a document. */
  | 'wrong_status'
  /** It failed a moment ago, and was not asked again. */
  | 'failed_lately'
  /** Documents were asked for too often. */
  | 'rate_limited'

/** Why the claims of the host's hook could not be used. No token is issued then, and nothing is consumed. */
export type ClaimsFailure =
  /** The hook threw. The client is told to try again. */
  | 'hook_failed'
  /** The hook has not answered within `claimsTimeout`. The client is told to try again. */
  | 'hook_late'
  /** What it gave is no JSON object. */
  | 'not_an_object'
  /** It has a claim that is the authorization server's own. */
  | 'reserved_name'
  /** It is longer than 4 KiB as JSON. */
  | 'too_large'
