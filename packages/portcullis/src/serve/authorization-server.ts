import {
  type AuthorizationServer,
  type Branding,
  createAuthorizationServer,
  type IntrospectionReader,
  type KnownClient,
} from '@portcullis/auth/authorization-server'
import { createGuardedFetch } from '@portcullis/auth/node'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import type { Accounts } from '../accounts/create-accounts.ts'
import { trustIssuers } from '../operations/assertion-issuers.ts'
import { privilegesOf } from '../operations/privileges.ts'
import { resourcesOf } from '../operations/resources.ts'
import type { ServerParts } from '../operations/run-server.ts'
import { tokenClaims } from './token-claims.ts'

/** What the authorization server works with that other parts do too. */
export interface BesideAuthorizationServer {
  /** Whom people sign in with, and what tokens say of them. */
  accounts: Accounts
  allowedHosts: readonly string[]
  knownClients: readonly KnownClient[]
  branding: Branding | undefined
  /** By which the gateway asks what an opaque token is. */
  ownReaders: readonly IntrospectionReader[]
  onEvent: (event: ConnectionEvent) => void
}

/** The authorization server as it is configured. */
export function authorizationServerOf(
  parts: ServerParts,
  { accounts, allowedHosts, knownClients, branding, ownReaders, onEvent }: BesideAuthorizationServer,
): AuthorizationServer {
  const { configuration } = parts
  const { issuer, lifetimes, limits, timeouts, clientDocuments, pushedRequests, devices } = configuration
  const claims = tokenClaims(parts, accounts, configuration.mcpServers)
  const fetchDocument = createGuardedFetch({ dangerouslyAllowLoopback: clientDocuments.dangerouslyAllowLoopback })
  return createAuthorizationServer({
    issuer,
    resources: resourcesOf(configuration),
    store: parts.store,
    storeTimeout: timeouts.store,
    secrets: parts.secrets,
    signingKeys: configuration.signingKeys,
    interaction: accounts.interaction,
    ...(claims !== undefined && { claims }),
    ...(clientDocuments.enabled && {
      clientDocuments: {
        fetch: fetchDocument,
        bundled: clientDocuments.bundled,
        hosts: {
          ...(clientDocuments.hosts !== undefined && { allow: clientDocuments.hosts }),
          deny: clientDocuments.deniedHosts,
        },
      },
    }),
    clients: parts.clients,
    knownClients,
    initialAccessTokens: parts.initialAccessTokens,
    ...(pushedRequests.enabled && {
      pushedRequests: { required: pushedRequests.required, lifetime: pushedRequests.lifetime },
    }),
    ...(devices.enabled && {
      deviceAuthorization: {
        lifetime: devices.lifetime,
        interval: devices.interval,
        requestLimit: limits.deviceRequestsPerHour,
        waitingLimit: limits.waitingDevices,
        userCodeLimit: limits.deviceCodesPerPerson,
      },
    }),
    privileges: privilegesOf(configuration),
    identityAssertionIssuers: trustIssuers(parts.assertionIssuers, {
      fetch: fetchDocument,
      accounts: accounts.context,
    }),
    introspectionReaders: [...ownReaders, ...parts.readers],
    revocationReaders: parts.readers.map(({ secret }) => secret),
    allowedHosts,
    accessTokenLifetime: lifetimes.accessToken,
    codeLifetime: lifetimes.code,
    grantLifetime: lifetimes.grant,
    consentLifetime: lifetimes.consent,
    ...(branding !== undefined && { branding }),
    refreshReplayWindow: lifetimes.refreshReplay,
    unusedClientLifetime: lifetimes.unusedClient,
    unusedClientLimit: limits.unusedClients,
    registrationReplayWindow: lifetimes.registrationReplay,
    registrationLimit: limits.registrationsPerHour,
    grantsPerClientLimit: limits.grantsPerClient,
    grantsPerSubjectLimit: limits.grantsPerPerson,
    refusalLimit: limits.tokenRefusalsPerMinute,
    onEvent,
  })
}
