import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server'
const remembered = `${folder}/consents/remembered-consent.ts`
const decision = `${folder}/interaction/decision.ts`
const authorize = `${folder}/endpoints/authorize.ts`
const rememberedTest = 'packages/auth/test/remembered-consent.test.ts'
const decisionTest = 'packages/auth/test/decision.test.ts'
const claimsTest = 'packages/auth/test/claims.test.ts'
const eventsTest = 'packages/auth/test/events.test.ts'
const brandingTest = `${folder}/interaction/branding.test.ts`
const telemetryTest = 'packages/auth/src/opentelemetry/attributes.test.ts'

/** What the authorization server asks its host, and what it keeps of the answers. */
export const embeddingMutants: readonly Mutant[] = [
  {
    name: 'consent is remembered only where the redirect proves who gets the code',
    law: 'law 3',
    file: remembered,
    find: 'if (consentLifetime === 0 || !provesIdentity(request.redirectUri)) return []',
    replace: '',
    test: { file: rememberedTest, title: /which proves no identity, every request asks/ },
  },
  {
    name: 'nobody goes unasked at a redirect that proves no identity',
    law: 'law 3',
    file: decision,
    find: 'about.destinationProvesIdentity && !authorization',
    replace: '!authorization',
    test: { file: decisionTest, title: /at https redirects alone/ },
  },
  {
    name: 'a client that wants the person to be asked has them asked',
    law: 'law 3',
    file: decision,
    find: " && !authorization.prompt.has('consent')",
    replace: '',
    test: { file: rememberedTest, title: /wants the person to be asked/ },
  },
  {
    name: 'a wider scope than was allowed is asked for',
    law: 'law 3',
    file: remembered,
    find: 'return scope.every(',
    replace: 'return scope.some(',
    test: { file: rememberedTest, title: /wants a wider scope asks again/ },
  },
  {
    name: 'each scope is remembered for its own time',
    law: 'P-02',
    file: remembered,
    find: ' && now < until',
    replace: '',
    test: { file: rememberedTest, title: /each scope by itself/ },
  },
  ...(
    [
      ['person', '[subject, clientId,', '[clientId,', /one person’s consent is nobody else’s/],
      ['client', '[subject, clientId,', '[subject,', /who registers the same metadata once more/],
      ['destination', 'redirectDestination(redirectUri), target', 'target', /has the answer sent to another host/],
      ['resource', ', target.resource.resource])', '])', /is for another resource asks again/],
    ] as const
  ).map(([what, find, replace, title]) => ({
    name: `what is remembered is of one ${what}`,
    law: 'law 3',
    file: remembered,
    find,
    replace,
    test: { file: rememberedTest, title },
  })),
  {
    name: 'a client with other redirect URIs than were shown is asked about again',
    law: 'P-02',
    file: remembered,
    find: 'return entry.value.redirectUris === (await fingerprintOf(request)) ? entry : undefined',
    replace: 'return entry',
    test: { file: rememberedTest, title: /whose redirect URIs changed asks again/ },
  },
  {
    name: 'a consent that is withdrawn meanwhile gives no code',
    law: 'law 3',
    file: `${folder}/grants/start-grant.ts`,
    find: 'return [usingChange(entry, options.now())]',
    replace: 'return []',
    test: { file: rememberedTest, title: /withdrawn while its code is made/ },
  },
  {
    name: 'ending a grant takes what was remembered with it',
    law: 'law 3',
    file: `${folder}/revocation/end-grant.ts`,
    find: 'withdrawing.has(reason) ?',
    replace: 'false ?',
    test: { file: rememberedTest, title: /takes what was remembered with it/ },
  },
  {
    name: 'a no takes back what was allowed before',
    law: 'law 3',
    file: authorize,
    find: 'await forgetDenied(authorization, signedIn.subject, options)',
    replace: '',
    test: { file: rememberedTest, title: /a no to what was allowed before/ },
  },
  {
    name: 'codes without a question are limited',
    law: 'law 3',
    file: authorize,
    find: ' <= Math.min(mostUnasked, grantsPerClientLimit / 2)',
    replace: ' < Number.POSITIVE_INFINITY',
    test: { file: rememberedTest, title: /pushes out no grant that is in use/ },
  },
  {
    name: 'what is remembered of one person has a bound',
    law: 'P-02',
    file: `${folder}/consents/consents.ts`,
    find: 'byAge.slice(mostOfSubject)',
    replace: 'byAge.slice(1e9)',
    test: { file: rememberedTest, title: /a hundred consents are kept/ },
  },
  {
    name: 'a host that says no gives no code',
    law: 'law 3',
    file: authorize,
    find: 'const { authorization } = await decideOn(asked, signedIn, context)',
    replace: 'const authorization = asked',
    test: { file: decisionTest, title: /says no while the person reads/ },
  },
  {
    name: 'a host narrows a scope, and widens none',
    law: 'law 3',
    file: decision,
    find: 'asked.scope.filter((token) => decision.scope?.includes(token) ?? true)',
    replace: '[...(decision.scope ?? about.scope)]',
    test: { file: decisionTest, title: /what it adds is left out/ },
  },
  {
    name: 'a host answers for its people by an alarming name alone',
    law: 'law 3',
    file: decision,
    find: 'if (decision.dangerouslyWithoutConsent === true)',
    replace: 'if (true)',
    test: { file: decisionTest, title: /is told who, what, where to/ },
  },
  {
    name: 'a page of the host’s own cannot be framed',
    law: 'P-03',
    file: `${folder}/interaction/hardened-page.ts`,
    find: "headers.append('content-security-policy',",
    replace: "headers.append('x-unused',",
    test: { file: decisionTest, title: /cannot be framed or kept/ },
  },
  {
    name: 'a hook sets no claim of the issuer’s own',
    law: 'law 2',
    file: `${folder}/tokens/claims.ts`,
    find: 'Object.keys(parsed).find(isReservedClaim)',
    replace: 'undefined as string | undefined',
    test: { file: claimsTest, title: /law 2: a hook that sets/ },
  },
  {
    name: 'the claims of a host have a bound',
    law: 'law 6',
    file: `${folder}/tokens/claims.ts`,
    find: 'if (length > longest)',
    replace: 'if (false)',
    test: { file: claimsTest, title: /gives too much/ },
  },
  {
    name: 'claims are asked for before a refresh token is used up',
    law: 'law 5',
    file: `${folder}/grants/redeem-secret.ts`,
    find: 'claims ??= await extraClaims(',
    replace: 'void (async () => {})(',
    test: { file: claimsTest, title: /costs a token, never a refresh token/ },
  },
  {
    name: 'what an event hook throws reaches no request',
    law: 'law 11',
    file: 'packages/auth/src/protocol/harmless.ts',
    find: 'if (onEvent === undefined) return () => {}',
    replace: 'return onEvent ?? (() => {})',
    test: { file: eventsTest, title: /an event hook that throws/ },
  },
  {
    name: 'the colour of a host can be read',
    law: 'P-03',
    file: `${folder}/interaction/branding.ts`,
    find: 'contrastOf(mixed, ground) >= legible',
    replace: 'contrastOf(mixed, ground) >= 1',
    test: { file: brandingTest, title: /links and buttons can be read/ },
  },
  {
    name: 'a logo is of the issuer’s own origin',
    law: 'law 8',
    file: `${folder}/interaction/branding.ts`,
    find: 'new URL(logo, origin).origin === new URL(origin).origin',
    replace: 'true',
    test: { file: brandingTest, title: /a logo of another origin/ },
  },
  {
    name: 'no token stands in telemetry',
    law: 'law 11',
    file: 'packages/auth/src/opentelemetry/attributes.ts',
    find: ", '[redacted]')",
    replace: ", '$&')",
    test: { file: telemetryTest, title: /without what looks like a token/ },
  },
  {
    name: 'what was thrown is not told to telemetry',
    law: 'law 11',
    file: 'packages/auth/src/opentelemetry/attributes.ts',
    find: "'type', 'cause', ",
    replace: "'type', ",
    test: { file: telemetryTest, title: /names of the semantic conventions/ },
  },
]
