import { sha256 } from '#sha256'
import { refreshAfter } from '../jwt/key-set.ts'
import { verifyAccessToken } from '../jwt/verify-access-token.ts'
import { sameIdentifier } from '../protocol/resource.ts'
import type { AccessToken } from './access-token.ts'
import type { ResolvedResourceServer } from './config.ts'
import { credentialsOf } from './credentials.ts'
import { createEndedGrants } from './ended-grants.ts'
import { createIntrospectedTokens } from './introspected-tokens.ts'
import { createIssuers } from './issuers.ts'
import { createKeyEras } from './key-eras.ts'
import { isFresh, type KnownToken, knownOf } from './known-token.ts'
import type { Verdict } from './refusals.ts'
import type { RequestHead } from './resource-server.ts'
import { VerifiedTokens } from './verified-tokens.ts'

/** Whose token a request shows, and whether it is still good: facts alone. What they mean for the answer is decided elsewhere. */
export interface Verification {
  /** At once where nothing has to be waited for: a token that is known, and a feed that was read a moment ago. */
  verify(request: RequestHead): Verdict | Promise<Verdict>
  /** Whether, since it was verified, the token has expired, its grant has ended, or signing keys were taken back. */
  isOver(accessToken: AccessToken): boolean
  /** Reads now what has ended. Rejects where that cannot be told. */
  refreshEnds(): Promise<void>
  /** Counts a grant as ended at once, whose end stands in the feed already. */
  noteEnd(grantId: string): void
  /** Resolves when all is there that verifying needs. */
  ready(): Promise<void>
}

export function createVerification(options: ResolvedResourceServer): Verification {
  const { now } = options
  const verified = new VerifiedTokens<KnownToken>(options.cacheSize)
  const inFlight = new Map<string, Promise<Verdict>>()
  const keyEras = createKeyEras()
  let keyChanges = 0
  const issuers = createIssuers(options, forgetVerified)
  const endedGrants = createEndedGrants(options, takeBackKeys)
  const introspected = createIntrospectedTokens(options, {
    ...{ verified, endedGrants, keyEras },
    verifyAnew: async (token) => verifyOnce(await sha256(token), token, undefined),
  })

  function forgetVerified(): void {
    keyChanges += 1
    verified.clear()
  }

  function takeBackKeys(name: string | undefined): void {
    forgetVerified()
    const named = name === undefined ? [] : issuers.filter(({ issuer }) => sameIdentifier(issuer, name))
    // A feed that says nothing of whose it is, or another name, must not hide that a key was stolen.
    for (const { issuer, keys } of named.length > 0 ? named : issuers) {
      keyEras.end(issuer)
      keys.forget()
    }
  }

  function verify(request: RequestHead): Verdict | Promise<Verdict> {
    const credentials = credentialsOf(request)
    if (credentials.kind === 'missing') return credentials
    if (credentials.kind === 'malformed') return { kind: 'invalid', reason: credentials.reason }
    const { token } = credentials
    const keyOf = () => sha256(token)
    const catchingUp = endedGrants.catchUp()
    const key = catchingUp === undefined ? keyOf() : catchingUp.then(keyOf)
    return typeof key === 'string' ? verdictOn(key, token) : key.then((key) => verdictOn(key, token))
  }

  function verdictOn(key: string, token: string): Verdict | Promise<Verdict> {
    const known = verified.get(key)
    if (known !== undefined && isFresh(known, now)) return endedGrants.judge(known.accessToken, { seenBefore: true })
    if (known !== undefined) verified.delete(key)
    return introspected?.inactiveLately(key) ?? verifyOnce(key, token, known)
  }

  /** One verification, however many requests ask for it at the same time. */
  function verifyOnce(key: string, token: string, known: KnownToken | undefined): Promise<Verdict> {
    const running = inFlight.get(key)
    if (running !== undefined) return running
    const verdict = introspected?.isAskedAbout(token)
      ? introspected.verify(key, token, known)
      : verifySigned(key, token, known)
    const verification = verdict.finally(() => inFlight.delete(key))
    inFlight.set(key, verification)
    return verification
  }

  async function verifySigned(key: string, token: string, known: KnownToken | undefined): Promise<Verdict> {
    const changesBefore = keyChanges
    const countAsOfNow = keyEras.begin()
    const verdict = await verifyAccessToken(token, {
      rulesOf: (issuer) => issuers.find((rules) => sameIdentifier(rules.issuer, issuer)),
      audiences: options.served,
      maxTokenAge: options.maxTokenAge,
      clockTolerance: options.clockTolerance,
      now,
    })
    if (verdict.kind === 'unavailable') return { kind: 'unavailable', reason: 'keys', detail: String(verdict.cause) }
    if (verdict.kind === 'invalid') return verdict
    const accessToken = knownOf(verdict, options)
    const judged = endedGrants.judge(accessToken, { seenBefore: known !== undefined })
    // What is refused while the feed cannot be read would count as seen before at its second try.
    const isJudged = judged.kind === 'valid'
    if (isJudged && keyChanges === changesBefore)
      verified.set(key, { accessToken, verifiedAt: now(), freshFor: refreshAfter })
    // Keys that only changed meanwhile, as by the read that brought the key of this very token, took nothing back.
    if (isJudged) countAsOfNow(accessToken)
    return judged
  }

  return {
    verify,

    isOver: (accessToken) =>
      introspected?.hasEnded(accessToken) === true ||
      keyEras.isPast(accessToken) ||
      now() >= accessToken.expiresAt + options.clockTolerance ||
      endedGrants.has(accessToken),

    async refreshEnds() {
      await Promise.all([endedGrants.refresh(), introspected?.refresh()])
    },

    noteEnd: endedGrants.note,

    async ready() {
      // An issuer whose tokens are introspected may have no keys at all.
      const withKeys = issuers.filter((_, nth) => options.authorizationServers[nth]?.introspection === undefined)
      await endedGrants.refresh() // first: keys that are read afterwards lack what it says was taken back
      await Promise.all([...withKeys.map(({ keys }) => keys.ready()), introspected?.ready()])
    },
  }
}
