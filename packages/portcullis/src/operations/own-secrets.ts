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
  const holders = new Map<string, Holder>(
    initialAccessTokens.map((token) => [token, { whose: 'an initial access token' }]),
  )
  const named: (Holder & { secret: string | undefined })[] = [
    ...clients.map(({ clientId, secret }) => ({ whose: `the client "${clientId}"`, secret })),
    ...identityProviders.map(({ options }) => ({
      whose: `the identity provider "${options.id}"`,
      application: applicationOf(options),
      secret: options.clientSecret,
    })),
    ...readers.map(({ resource, secret }) => ({ whose: `the server "${resource}"`, secret })),
  ]
  for (const { secret, ...holder } of named) {
    if (secret === undefined) continue
    if (madeOf(secret, secrets)) throw sharedSecret(holder, { whose: `Portcullis itself, in ${from}` })
    const other = holders.get(secret)
    if (other !== undefined && !isOneApplication(holder, other)) throw sharedSecret(holder, other)
    holders.set(secret, holder)
  }
}

interface Holder {
  whose: string
  /** Of an identity provider: which application it is there. */
  application?: string
}

/** One application may be entered twice, as for two tenants or with rules of its own each: it has one secret, and is shown it at one place alone. */
function applicationOf({ preset, issuer = '', clientId }: LoadedIdentityProvider['options']): string {
  return JSON.stringify([preset, issuer, clientId])
}

function isOneApplication({ application }: Holder, other: Holder): boolean {
  return application !== undefined && application === other.application
}

function sharedSecret({ whose, application }: Holder, other: Holder): OperatorError {
  const isOfIdentityProvider = application !== undefined && other.application !== undefined
  return new OperatorError(`The secret of ${whose} is also that of ${other.whose}`, {
    nextStep: isOfIdentityProvider
      ? 'See whether one stands in the place of the other. If they are the same, make a new one at one of the two.'
      : 'Give each a secret of its own. Make one with: openssl rand -hex 32',
  })
}
