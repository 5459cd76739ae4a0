import { parseActor } from '../../protocol/actor.ts'
import { tokenExchangeGrantType } from '../../protocol/client-metadata.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import { type Parameters, printable, requireParameter } from '../../protocol/parameters.ts'
import { sameIdentifier } from '../../protocol/resource.ts'
import { expandScope, parseScope } from '../../protocol/scope.ts'
import { requireUnused } from '../clients/client-assertion.ts'
import { notAllowed, privilegesOf } from '../clients/privileges.ts'
import type { ResolvedResource } from '../config.ts'
import type { Interaction } from '../interaction/interaction.ts'
import type { GrantRecord } from '../records.ts'
import { endGrant } from '../revocation/end-grant.ts'
import { type ExtraClaims, extraClaims } from '../tokens/claims.ts'
import { type LiveAccessToken, liveTokenOf, readAccessToken } from '../tokens/read-access-token.ts'
import type { GrantType, Issued } from './grant-type.ts'
import { signTokens } from './sign-tokens.ts'
import { standingGrant } from './standing-grant.ts'
import { chooseTarget, narrowToAllowed } from './target.ts'
import { TokenRefusedError } from './token-refused-error.ts'
import { accessTokenType } from './token-types.ts'

/**
 * Token exchange (RFC 8693): a client that the operator names, and that is itself a resource, gets a token for another resource on behalf of whoever
 * presented one to it. Delegation, never impersonation: the token says who acts. It has no wider scope and no longer life than the one presented, and
 * ends with that one's grant, and with each client that exchanged it: for that a client has one standing grant, under which it exchanges.
 */
export const tokenExchange: GrantType = {
  name: tokenExchangeGrantType,
  isOffered: ({ privileges }) => [...privileges.values()].some(({ tokenExchange }) => tokenExchange !== undefined),

  async issue({ parameters: { single, resource }, client, known }, context) {
    const { options } = context
    const privilege = privilegesOf(client, context).tokenExchange
    if (privilege === undefined) throw notAllowed('The client may not exchange tokens')
    requireTypes(single)
    const subject = await readAccessToken(requireParameter(single, 'subject_token'), context)
    if (subject === undefined)
      throw wrongSubject('The subject token is not valid: it must be an access token of this server that has not ended')
    known.grantId = subject.claims.grant_id
    if (!isFor(privilege.from, subject.claims.aud))
      throw wrongSubject('The subject token is not for the resource that this client is')
    const audience = single.get('audience')
    const target = chooseTarget([...resource, ...(audience === undefined ? [] : [audience])], privilege.to)
    const scope = scopeOf(single, subject, privilege.from, target.resource)
    const actor = parseActor({
      sub: client.clientId,
      ...(subject.claims.act !== undefined && { act: subject.claims.act }),
    })
    if (actor === undefined) throw wrongSubject('The subject token was exchanged too often')
    if (await isDisabled(subject.grant, options.interaction)) {
      await endGrant(subject.claims.grant_id, 'subject_disabled', context.grantEnds)
      throw wrongSubject('The account behind the subject token cannot be used any more')
    }
    const { clientId, consumption } = client
    const { grant_id: grantId, exp: expiresAt, exchanged_under: before = [] } = subject.claims
    const about = { subject: subject.grant.subject, clientId, resource: target.identifier, scope, grantId }
    let claims: ExtraClaims | undefined
    return standingGrant(
      {
        key: ['token_exchange', clientId],
        scope,
        says: {
          clientId,
          subject: clientId,
          scope: [],
          resource: privilege.from.resource,
          grantType: tokenExchangeGrantType,
        },
        keptFor: options.grantLifetime,
        isOfPerson: false,
        consumption,
        requireUnused: () => requireUnused(consumption, options.store),
        async issue(exchangeGrant) {
          claims ??= await extraClaims(about, options)
          const under = [...new Set([...before, exchangeGrant])]
          const issued: Omit<Issued, 'signed'> = {
            grantId,
            grant: subject.grant,
            scope,
            claims,
            isReplay: false,
            withRefreshToken: false,
            exchanged: { clientId, resource: target.identifier, actor, expiresAt, under },
          }
          const signed = await signTokens(issued, context)
          // Host and key may have taken their time: what has ended meanwhile is not gone on with.
          if (options.now() >= expiresAt || (await liveTokenOf(subject.claims, options.store)) === undefined)
            throw wrongSubject('The subject token has ended meanwhile')
          return { ...issued, signed }
        },
      },
      context,
    )
  },
}

function requireTypes(parameters: Parameters): void {
  const subjectType = requireParameter(parameters, 'subject_token_type')
  if (subjectType !== accessTokenType)
    throw new OAuthError('invalid_request', `Only tokens of the type ${accessTokenType} are exchanged here`)
  const wanted = parameters.get('requested_token_type') ?? accessTokenType
  if (wanted !== accessTokenType)
    throw new OAuthError('invalid_request', `No token of the type '${printable(wanted)}' is issued here`)
  // The client itself is the actor. One that brings another would have to prove what that one may, and there is no rule for it.
  if (parameters.has('actor_token') || parameters.has('actor_token_type'))
    throw new OAuthError('invalid_request', 'No actor token is taken here: the client itself is the actor')
}

function isFor({ resource, alsoServedAt }: ResolvedResource, audience: string): boolean {
  return [resource, ...alsoServedAt].some((identifier) => sameIdentifier(identifier, audience))
}

/** What the subject token has, of what the target knows: a name that both use means the same, since the operator lists both. */
function scopeOf(
  parameters: Parameters,
  { claims }: LiveAccessToken,
  from: ResolvedResource,
  target: ResolvedResource,
): readonly string[] {
  const presented = expandScope(parseScope(claims.scope) ?? [], from.hierarchy)
  const scope = narrowToAllowed(
    parameters.get('scope'),
    [...presented].filter((token) => Object.hasOwn(target.scopes, token)),
    {},
  )
  if (scope.length > 0) return scope
  throw new OAuthError('invalid_scope', 'The subject token has no scope that the target knows')
}

/** A client that acts for itself has no account. */
async function isDisabled(grant: GrantRecord, { isActive }: Interaction): Promise<boolean> {
  if (isActive === undefined || grant.subject === grant.clientId) return false
  return !(await isActive(grant.subject))
}

/** RFC 8693 §2.2.2: whatever is wrong with it. */
function wrongSubject(description: string): TokenRefusedError {
  return new TokenRefusedError('invalid_request', 'wrong_subject_token', description)
}
