import type { AuthorizationServerOptions } from '../authorization-server/config.ts'
import { deviceCodeGrantType, tokenExchangeGrantType } from '../protocol/client-metadata.ts'
import type { ResolvedTestOptions } from './config.ts'
import { personOf } from './person.ts'

/** All that the authorization server can do, switched on: tests need not know which option that wants. */
export function serverOptions(
  { resource, scopes, issuer, signIn, secret, onEvent, options }: ResolvedTestOptions,
  { now, machineClient }: { now: () => number; machineClient: { clientId: string; clientSecret: string } },
): Omit<AuthorizationServerOptions, 'store' | 'secrets'> {
  const resources = options.resources ?? [{ resource, scopes }]
  const identifiers = resources.map(({ resource }) => resource)
  const [own = resource] = identifiers
  return {
    issuer,
    interaction: {
      async signedIn(request) {
        const subject = personOf(request)
        return subject === undefined
          ? undefined
          : { subject, displayName: subject, authTime: now(), sessionId: `session of ${subject}` }
      },
      signIn,
      userClaims: {
        profile: async (subject) => ({ name: subject, preferred_username: subject }),
        email: async (subject) => ({ email: `${encodeURIComponent(subject)}@example.test`, email_verified: true }),
      },
    },
    pushedRequests: {},
    deviceAuthorization: { interval: 1 },
    // A suite signs in more often than people do, always to the same client and from the same address.
    registrationLimit: 1e9,
    refusalLimit: 1e9,
    grantsPerClientLimit: 10_000,
    grantsPerSubjectLimit: 100_000,
    consentLifetime: 0, // the person of a test is asked each time, so that each time can be answered in another way
    onEvent,
    now,
    ...options,
    resources,
    clients: [
      ...(options.clients ?? []),
      {
        clientId: machineClient.clientId,
        secret: machineClient.clientSecret,
        clientName: 'Test machine',
        redirectUris: [],
        grantTypes: ['client_credentials', tokenExchangeGrantType, deviceCodeGrantType],
      },
    ],
    privileges: {
      [machineClient.clientId]: {
        clientCredentials: Object.fromEntries(resources.map(({ resource, scopes }) => [resource, Object.keys(scopes)])),
        tokenExchange: { from: own, to: identifiers },
        introspection: identifiers,
      },
      ...options.privileges,
    },
    introspectionReaders: [
      ...(options.introspectionReaders ?? []),
      ...identifiers.map((resource) => ({ resource, secret })),
    ],
    revocationReaders: [...(options.revocationReaders ?? []), secret],
  }
}
