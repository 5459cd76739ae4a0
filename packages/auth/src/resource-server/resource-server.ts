import type { CallRules } from '../mcp/call-rules.ts'
import type { Messages } from '../mcp/message.ts'
import type { MessageRefusal } from '../mcp/refusal.ts'
import type { ListView } from '../mcp/rewrite-list.ts'
import type { ToldCalls } from '../protocol/events.ts'
import type { AccessToken } from './access-token.ts'

/** What a request must show: its method, its URL (absolute or path alone) and its headers. A `Request` is one; adapters make lighter ones. */
export interface RequestHead {
  readonly method: string
  readonly url: string
  readonly headers: { get(name: string): string | null }
}

/** Why a body is not passed on, and what its sender is told. */
export type BodyRefusal =
  | Pick<MessageRefusal, 'status' | 'reason' | 'code' | 'message'>
  | { status: 413; reason: 'body_too_large'; code: -32000; message: string }
  | { status: 404; reason: 'unknown_session'; code: -32001; message: string }

/** A protected MCP server: challenges, metadata, verification (RFC 6750, RFC 9728, RFC 9068). */
export interface ResourceServer {
  /** The canonical URI, as configured. */
  readonly resource: string
  /** The URL of the protected resource metadata that challenges name. */
  readonly metadataUrl: string

  /** Fetches the issuers' keys and reads the revocation feed. Resolves when both are there; await it before reporting ready. Rejects when they cannot be had. */
  ready(): Promise<void>

  /**
   * Whether a request is for this server: for its metadata, or for the path of `resource` (or one of `alsoServedAt`) and whatever a router may take
   * for it. Of an application that serves more, all else is none of its business. A resource that is an origin has every path.
   */
  isOwn(request: Pick<RequestHead, 'url'>): boolean

  /**
   * Answers what needs no token: protected resource metadata in all its forms, preflights, and requests whose host or origin is refused (law 1).
   * Returns `undefined` for everything else. Ask it before anything else, before any guard of the framework.
   */
  answer(request: RequestHead): Response | undefined

  /**
   * Answers with the metadata of the first issuer, where `mirrorMetadata` is set and the path is one of those; `undefined` for everything else. Ask it
   * behind `answer` and before `authenticate`; `protect` does.
   */
  answerMirrored(request: RequestHead): Promise<Response> | undefined

  /**
   * The caller's access token, or the refusal to send instead of an answer. `scope`: what this request needs. Ask it before the body is read.
   * A promise only where something must be waited for; a token that was verified before is answered at once. `await` takes both.
   */
  authenticate(
    request: RequestHead,
    requirement?: { scope?: Iterable<string> },
  ): AccessToken | Response | Promise<AccessToken | Response>

  /**
   * The refusal to send when an authenticated caller lacks a scope of `required` (403, RS-17), which names every scope of the operation; `undefined`
   * when it has them all. `calls`: what is asked for, for the event.
   */
  authorize(
    request: RequestHead,
    accessToken: AccessToken,
    required: Iterable<string>,
    calls?: ToldCalls,
  ): Response | undefined

  /**
   * The refusal to send when `rules` do not let an authenticated caller do what `messages` ask for; `undefined` when they do. A scope that is missing
   * is a challenge, in the dialect that the client reads (`clientsReadingResults`); what a rule forbids is `deny`.
   */
  enforce(request: RequestHead, accessToken: AccessToken, rules: CallRules, messages: Messages): Response | undefined

  /**
   * What the caller sees of the lists in the answer to a request (`messages`: what it posts); `undefined` where the answer brings none, and goes on as it
   * is. Clients that read results are told the scopes of tools there.
   */
  listView(
    request: RequestHead,
    accessToken: AccessToken,
    rules: CallRules,
    messages: Messages | undefined,
  ): ListView | undefined

  /**
   * The refusal of a caller whom a rule forbids this, whatever the scopes: never a challenge, which would send clients into consent again and
   * again. To calls (`messages`) of tools, prompts and resources it is a JSON-RPC error, elsewhere 403. `reason`: a sentence; the caller reads it.
   */
  deny(request: RequestHead, accessToken: AccessToken, denial: { reason: string; messages?: Messages }): Response

  /** The refusal of a request whose body cannot be judged, for which the caller's sign-in is not to blame: a JSON-RPC error, never a challenge. */
  refuseBody(request: RequestHead, refusal: BodyRefusal): Response

  /** Whether, since it was verified, the token has expired, its grant has ended, or signing keys were taken back. For answers that stay open. */
  isOver(accessToken: AccessToken): boolean

  /**
   * Whether an answer that is open must end, for who asks each second while one is: its grant has ended, or its token expired `afterExpiry` seconds
   * ago (default 0), or ends could not be read for `revocationGrace`. It reads them behind the question, so that an end is seen within two or
   * three seconds (laws 12 and 14). `protect` asks.
   */
  mustEnd(accessToken: AccessToken, options?: { afterExpiry?: number }): boolean

  /**
   * Counts a grant as ended from now on, before the feed is read again: for who is told of an end in the same process (the event `grant_ended`), once it
   * stands in the feed. Without `revocations` it does nothing.
   */
  noteEnd(grantId: string): void

  /** Reads the revocation feed now. For hosts with open streams, which must see an end within 5 s (law 14). */
  refreshRevocations(): Promise<void>

  /** Headers that let a browser at an allowed origin read the answer. Add them to every answer of the MCP endpoint. */
  corsHeaders(request: RequestHead): Readonly<Record<string, string>>
}
