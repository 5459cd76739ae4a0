import { unverifiedIssuer, verifyIdentityAssertion } from '../../../jwt/verify-identity-assertion.ts'
import { type Actor, parseActor } from '../../../protocol/actor.ts'
import { jwtBearerGrantType } from '../../../protocol/client-metadata.ts'
import { OAuthError } from '../../../protocol/oauth-error.ts'
import { printable, requireParameter } from '../../../protocol/parameters.ts'
import { sameIdentifier } from '../../../protocol/resource.ts'
import { type Consumption, requireUnused } from '../../clients/client-assertion.ts'
import { notAllowed } from '../../clients/privileges.ts'
import { hashClientSecret } from '../../clients/secret-hash.ts'
import type { ServerContext } from '../../context.ts'
import type { GrantType, TokenRequest } from '../grant-type.ts'
import { endStandingGrant, standingGrant } from '../standing-grant.ts'
import { narrowToAllowed, type Target } from '../target.ts'
import { TokenRefusedError } from '../token-refused-error.ts'
import { type AssertionClaims, scopeOf, targetOf } from './asserted.ts'
import type { AssertedSubject, IdentityAssertionIssuer } from './issuers.ts'

/** The authorization grant profile, as metadata names it (draft-ietf-oauth-identity-assertion-authz-grant). */
export const identityAssertionProfile = 'urn:ietf:params:oauth:grant-profile:id-jag'

/**
 * The JWT bearer grant (RFC 7523 §2.1) for identity assertions alone, which MCP calls enterprise-managed authorization: an identity provider that the
 * operator trusts says that a person, whom it signed in, may use a client here. No refresh token: the client comes with another assertion.
 */
export const identityAssertion: GrantType = {
  name: jwtBearerGrantType,
  isOffered: ({ identityAssertionIssuers }) => identityAssertionIssuers.length > 0,

  async issue(request, context) {
    const { options } = context
    const { client, parameters, known } = request
    const assertion = requireParameter(parameters.single, 'assertion')
    const issuer = issuerOf(assertion, request, context)
    const { claims, expiresAt } = await verified(assertion, issuer, request, context)
    const target = targetOf(claims, issuer, parameters.resource, options.resources)
    const asserted = scopeOf(claims, target.resource)
    const scope = narrowToAllowed(parameters.single.get('scope'), asserted, target.resource.hierarchy)
    const actor = claims.act === undefined ? undefined : parseActor(claims.act)
    if (claims.act !== undefined && actor === undefined) throw wrong('Its "act" names no actor')
    const person = await issuer.subject(claims)
    if (person === undefined) throw wrong('The person it names is not known here')
    const key = keyOf(request, issuer, person, target, actor)
    const requireActive = () => requireActivePerson(person, key, context)
    await requireActive()
    const used = await usedAssertion(issuer, claims.jti, expiresAt)
    const consumption = [...client.consumption, ...used]
    await requireNew(used, context)
    const issued = await standingGrant(
      {
        key,
        scope,
        says: {
          clientId: client.clientId,
          subject: person.subject,
          ...(person.displayName !== undefined && { displayName: person.displayName }),
          scope: asserted,
          resource: target.identifier,
          grantType: jwtBearerGrantType,
          ...(actor !== undefined && { actor }),
          ...(typeof claims.auth_time === 'number' && { authTime: claims.auth_time }),
        },
        keptFor: 0,
        isOfPerson: true,
        consumption,
        requireUnused: async () => {
          await requireNew(used, context)
          await requireUnused(client.consumption, options.store)
        },
        requireActive,
      },
      context,
    )
    known.grantId = issued.grantId
    return issued
  },
}

/** One grant for each person, client and resource, and each actor: its tokens say who acts. */
function keyOf(
  { client }: TokenRequest,
  { issuer }: IdentityAssertionIssuer,
  { subject }: AssertedSubject,
  { identifier }: Target,
  actor: Actor | undefined,
): readonly string[] {
  return ['identity_assertion', issuer, client.clientId, subject, identifier, JSON.stringify(actor ?? {})]
}

async function requireActivePerson(
  { subject }: AssertedSubject,
  key: readonly string[],
  context: ServerContext,
): Promise<void> {
  const { isActive } = context.options.interaction
  if (isActive === undefined || (await isActive(subject))) return
  await endStandingGrant(key, 'subject_disabled', context)
  throw new TokenRefusedError('invalid_grant', 'subject_disabled', 'The account of the person cannot be used')
}

/** Which of the trusted issuers it says it is from, where this client may come with what that one signs. */
function issuerOf(assertion: string, { client }: TokenRequest, { options }: ServerContext): IdentityAssertionIssuer {
  if (!client.isConfidential) throw notAllowed('Only confidential clients come with identity assertions')
  const name = unverifiedIssuer(assertion)
  const issuer = options.identityAssertionIssuers.find((trusted) => trusted.issuer === name)
  if (issuer?.clients.includes(client.clientId)) return issuer
  throw wrong('No assertion of its issuer is taken from this client')
}

async function verified(
  assertion: string,
  issuer: IdentityAssertionIssuer,
  { client }: TokenRequest,
  { options, issuerKeys }: ServerContext,
): Promise<{ claims: AssertionClaims; expiresAt: number }> {
  const base = options.issuer.replace(/\/$/, '')
  const names = [base, `${base}/`].filter((name) => sameIdentifier(name, options.issuer))
  const verdict = await verifyIdentityAssertion(assertion, {
    issuer: issuer.issuer,
    audiences: names, // an origin with or without its slash: which of the two is meant, identity providers disagree
    clientId: client.clientId,
    keys: issuerKeys(issuer),
    now: options.now(),
  })
  switch (verdict.kind) {
    case 'valid':
      return {
        claims: { ...verdict.claims, iss: issuer.issuer, client_id: client.clientId },
        expiresAt: verdict.expiresAt,
      }
    case 'unavailable':
      options.onEvent({
        type: 'client_keys_failed',
        uri: issuer.jwksUri ?? '',
        reason: 'unreadable',
        detail: String(verdict.cause),
      })
      throw new OAuthError('temporarily_unavailable', 'The keys of its issuer cannot be had now', {
        cause: verdict.cause,
      })
    case 'invalid':
      throw wrong(printable(verdict.detail.replaceAll('"', "'"), 200))
    default:
      return verdict satisfies never
  }
}

async function usedAssertion(issuer: IdentityAssertionIssuer, jti: string, expiresAt: number): Promise<Consumption> {
  const id = await hashClientSecret(JSON.stringify(['identity assertion', issuer.issuer, jti]))
  return [{ kind: 'usedAssertion', id, version: 'absent', value: {}, expiresAt }]
}

async function requireNew(used: Consumption, { options }: ServerContext): Promise<void> {
  for (const { kind, id } of used)
    if ((await options.store.get(kind, id)) !== undefined)
      throw new TokenRefusedError('invalid_grant', 'assertion_reused', 'The assertion was used before')
}

function wrong(description: string): TokenRefusedError {
  return new TokenRefusedError('invalid_grant', 'wrong_assertion', `The assertion is not taken: ${description}`)
}
