import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server'
const claimsTest = 'packages/auth/test/claims.test.ts'
const slowClaimsTest = 'packages/auth/test/slow-claims.test.ts'

/** The claims of a host, and what happens while it is asked for them. */
export const claimsMutants: readonly Mutant[] = [
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
    name: 'a hook for claims that hangs is given up',
    law: 'law 5',
    file: `${folder}/tokens/claims.ts`,
    find: 'within(claimsTimeout, asked(claims, request), () => new LateError())',
    replace: 'within(claimsTimeout + 5, asked(claims, request), () => new LateError())',
    test: { file: slowClaimsTest, title: /hangs is given up after its time/ },
  },
  {
    name: 'a grant that ends while the host is asked gives no token again',
    law: 'law 14',
    file: `${folder}/grants/redeem-secret.ts`,
    find: 'if (!(await isUnchanged(entry, asked, options.store))) continue',
    replace: 'if (asked.length === 0) continue',
    test: { file: slowClaimsTest, title: /a refresh whose grant ends while the host is asked/ },
  },
  {
    name: 'a grant is read again where an account was looked up',
    law: 'law 14',
    file: `${folder}/grants/redeem-secret.ts`,
    find: '[options.claims, options.signer, options.interaction.isActive]',
    replace: '[options.claims, options.signer]',
    test: { file: slowClaimsTest, title: /an account that is slow to be looked up/ },
  },
  {
    name: 'a grant that moved on is judged anew, not only one that ended',
    law: 'law 6',
    file: `${folder}/grants/unchanged.ts`,
    find: '?.version === version',
    replace: ' !== undefined',
    test: { file: slowClaimsTest, title: /whose successor is used while the host is asked/ },
  },
  {
    name: 'a token lives no longer than its grant is kept for',
    law: 'law 14',
    file: `${folder}/grants/sign-tokens.ts`,
    find: 'exchanged?.expiresAt ?? ofGrant',
    replace: 'exchanged?.expiresAt ?? Math.max(ofGrant, Number.POSITIVE_INFINITY)',
    test: { file: slowClaimsTest, title: /however long the host was asked/ },
  },
]
