import type { IntrospectionReader, StaticClient } from '@portcullis/auth/authorization-server'
import type { LoadedIdentityProvider } from './configured-identity-providers.ts'
import { OperatorError } from './operator-error.ts'
import { type LoadedSecrets, madeOf } from './secrets.ts'

/**
 * That nobody's secret is somebody else's, who could pass for them: a server of `resources` would be told what the tokens of another are, a client would be
 * another, an identity provider would be shown it. Throws `OperatorError`, which names both.
 */
export function requireOwnSecrets(
  {
    clients,
    readers,
    initialAccessTokens,
    identityProviders,
  }: {
    clients: readonly StaticClient[]
    readers: readonly IntrospectionReader[]
    initialAccessTokens: readonly string[]
    identityProviders: readonly Pick<LoadedIdentityProvider, 'options'>[]
  },
  { secrets, from }: Pick<LoadedSecrets, 'secrets' | 'from'>,
): void {
  const holders = new Map(initialAccessTokens.map((token) => [token, 'an initial access token']))
  const named = [
    ...clients.map(({ clientId, secret }) => ({ whose: `the client "${clientId}"`, secret })),
    ...identityProviders.map(({ options }) => ({
      whose: `the identity provider "${options.id}"`,
      secret: options.clientSecret,
    })),
    ...readers.map(({ resource, secret }) => ({ whose: `the server "${resource}"`, secret })),
  ]
  for (const { whose, secret } of named) {
    if (secret === undefined) continue
    const other = madeOf(secret, secrets) ? `Portcullis itself, in ${from}` : holders.get(secret)
    if (other !== undefined)
      throw new OperatorError(`The secret of ${whose} is also that of ${other}`, {
        nextStep: 'Give each a secret of its own. Make one with: openssl rand -hex 32',
      })
    holders.set(secret, whose)
  }
}
