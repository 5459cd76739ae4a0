import type { OAuthErrorCode } from '../../protocol/oauth-error.ts'
import type { ClientIdentity } from '../clients/client-identity.ts'
import type { ClaimScope } from '../openid/scopes.ts'

/** A person who is signed in at the host, in one browser. */
export interface SignedIn {
  /** Stable, never reassigned identifier of the person: the `sub` of tokens. */
  subject: string
  /** When the person last proved who they are, in seconds since the epoch: `auth_time`. */
  authTime: number
  /** Names this browser's session to the consent form, so that a form of one session is worth nothing in another. */
  sessionId: string
  /** How pages call the person, and tokens, as `preferred_username`. Default: neither does. */
  displayName?: string
}

/** What a person is asked to allow. Everything a client said of itself is text, never markup. */
export interface ConsentRequest {
  signedIn: SignedIn
  client: {
    clientId: string
    /** As the client claims it. */
    name?: string
    uri?: string
    /** The host of the document that describes it (AS-22); absent where it registered itself. */
    host?: string
    /** How far it is known whose it is, beyond its name; and where that name is likely to be taken for another's. */
    identity: ClientIdentity
  }
  /** Where the code will be sent: a host, or the whole URI of a private-use scheme. */
  destination: string
  /** Whether that destination proves who receives the code. False for loopback and private-use schemes (RFC 8252 §8.6). */
  destinationProvesIdentity: boolean
  resource: { identifier: string; name?: string }
  scopes: readonly ConsentScope[]
  /** What was wrong with the answer before: nothing was left of what the resource has. */
  problem?: 'nothing_chosen'
  /** Seconds for which the client may go on without asking again. */
  lifetime: number
  /** Seconds for which the answer is remembered, so that this is not asked again; 0 where it is asked every time. */
  rememberedFor: number
  /**
   * Where the form is posted to, and the hidden fields it must carry. `choice`: a further one, for pages on which scopes can be unticked; with it what
   * is ticked is granted, without it all. Absent where nothing can be.
   */
  form: {
    action: string
    fields: readonly (readonly [string, string])[]
    choice?: readonly [string, string]
  }
  /** What the redirect after the form needs of a `form-action` policy, as CSP source expressions. */
  formActionSources: readonly string[]
}

/** One thing that a client asks for. */
export interface ConsentScope {
  token: string
  description: string
  /** Others of this request that come with it, so that unticking them alone changes nothing. */
  brings: readonly string[]
  /**
   * The name of its checkbox, whose value is `token`. Absent where it cannot be left out: `openid`, without which who signs in with the client could
   * not, and the only scope of the resource, since to leave that out is to deny.
   */
  field?: string
  /** Whether the page shows it ticked: always, unless it comes again because nothing was. */
  isTicked: boolean
}

/** What the page for user codes is to show (RFC 8628 §3.3). */
export interface UserCodeRequest {
  signedIn: SignedIn
  /** How pages call the MCP server, where there is only one. */
  server?: string
  /** What was wrong with the code typed before. */
  problem?: UserCodeProblem
  /** Where a form with the one field `user_code` is sent by GET. */
  form: { action: string }
}

export type UserCodeProblem = 'malformed' | 'unknown' | 'too_many'

/** What a person is asked to allow a client on a device. No answer goes to an address: the device fetches it. */
export interface DeviceConsentRequest
  extends Omit<ConsentRequest, 'destination' | 'destinationProvesIdentity' | 'formActionSources' | 'rememberedFor'> {
  /** As the device shows it; the person must compare the two (RFC 8628 §5.4). */
  userCode: string
}

/** What became of a device's request. */
export interface DeviceDone {
  isAllowed: boolean
  signedIn: SignedIn
  /** How pages call the MCP server, where there is only one. */
  server?: string
}

/** How a person is to sign in. */
export interface SignInRequest {
  /** A URL of this authorization server, to come back to. */
  returnTo: string
  /**
   * A fresh sign-in is asked for although somebody is signed in (`prompt=login`, `max_age`): who comes back without one, which `authTime` of
   * `signedIn` tells, is asked again.
   */
  again: boolean
  /** The person is to choose who they are, although somebody is signed in (`prompt=select_account`); whoever they are who come back, they have chosen. */
  selectAccount?: true
  /** The name under which they may want to sign in (`login_hint`): text that a client wrote, at most 256 characters. */
  loginHint?: string
}

/** A client that asks for access, as the person who may have to allow it sees it. */
export interface DecisionRequest extends Pick<ConsentRequest, 'signedIn' | 'client' | 'resource'> {
  /** Where the code will be sent: a host, or the whole URI of a private-use scheme. Absent for a device, which fetches its tokens itself (RFC 8628). */
  destination?: string
  /** Whether the destination proves who receives the code (RFC 8252 §8.6): only then can anything be let through without a question. */
  destinationProvesIdentity: boolean
  /** What it would get: what it asked for, as far as the resource has it. */
  scope: readonly string[]
  /** The person allowed as much before, and need not be asked again. */
  isRemembered: boolean
}

/**
 * Whether a client may have what it asks for. `scope` leaves it less than it asked for; what that names beyond is left out.
 * - `allow`: the person is asked, unless they allowed as much before (law 3).
 * - `ask`: the person is asked in any case.
 * - `deny`: nobody is asked; `reason` is shown to the person and sent to the client.
 */
export type Decision =
  | {
      kind: 'allow'
      scope?: readonly string[]
      /**
       * The host answers for the person, who is not asked at all: for clients of the host's own, named one by one. Anybody can register a client, and
       * gets a code of whoever is signed in where this is said to it. It counts for https redirects alone, and not with `prompt=consent`. Default: false.
       */
      dangerouslyWithoutConsent?: boolean
    }
  | { kind: 'ask'; scope?: readonly string[] }
  | { kind: 'deny'; reason: string }

/** A refusal that a person sees, because where to send the browser is not proved. */
export interface InteractionError {
  code: OAuthErrorCode
  status: number
  /** What went wrong, for the person. */
  description: string
  /** What to do now. */
  nextStep: string
  /** How pages call the MCP server, where there is only one. */
  server?: string
  /** Where a link leads the person back to the client, which is told of the refusal thereby. Absent where it is not proved who that is. */
  back?: string
  /** The id of the request: it stands on the page and in the event, so that an operator finds one by the other. */
  id: string
}

/**
 * What the authorization server asks its host, in three questions: who is signed in, may this client have this, what to show. Only the first must be
 * answered; the default pages are in `pages.ts`.
 */
export interface Interaction {
  /** Who is signed in in the browser that sent this request; `undefined` for nobody. */
  signedIn(request: Request): Promise<SignedIn | undefined>

  /** The answer that makes the browser sign in and then come back to `options.returnTo`. */
  signIn(request: Request, options: SignInRequest): Promise<Response>

  /**
   * Whether the person may still have tokens; asked before each is issued. Where not, the grant ends. Default: yes, until `endGrant` says
   * otherwise.
   */
  isActive?(subject: string): Promise<boolean>

  /**
   * What the userinfo endpoint tells of a person, for each scope of OpenID Connect that the host has claims for; a scope without a function is
   * not offered. Asked at each request; only the claims that OpenID Connect Core §5.4 has for that scope are sent. Default: `openid` alone is
   * offered, which tells `sub`.
   */
  userClaims?: { readonly [Scope in ClaimScope]?: (subject: string) => Promise<Record<string, unknown>> }

  /**
   * May this client have this? Asked of every request of somebody who is signed in, devices' included, and again when the consent form comes back.
   * Where it throws, the client gets `server_error`, and a device nothing. Default: `allow`.
   */
  decide?(request: DecisionRequest): Decision | Promise<Decision>

  /**
   * The page that asks for consent. It must post `form` by POST, with a field `decision` of `allow` or `deny`. One that lets people untick scopes posts
   * `form.choice` beside, and the `field` of each scope that is ticked; one that does not grants them all. Whatever headers it has, it cannot be framed
   * or cached. Default: `consentPage`.
   */
  consent?(request: ConsentRequest): Response | Promise<Response>

  /** The page at which a person types the code of a device. Default: `userCodePage`. */
  userCode?(request: UserCodeRequest): Response | Promise<Response>

  /**
   * The page that asks for consent to a device. It must post `form` by POST, with a field `decision` of `allow` or `deny`, and to allow with a
   * field `compared` of `yes`, by which the person says that the device in front of them shows `userCode`. Scopes are unticked as with `consent`.
   * Default: `deviceConsentPage`.
   */
  deviceConsent?(request: DeviceConsentRequest): Response | Promise<Response>

  /** The page after that. Default: `deviceDonePage`. */
  deviceDone?(done: DeviceDone): Response | Promise<Response>

  /** The page for a refusal; it cannot be framed or cached either. Default: `errorPage`. */
  error?(error: InteractionError): Response | Promise<Response>
}
