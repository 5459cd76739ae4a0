import { accessTokenMutants } from './access-tokens.ts'
import { accountMutants } from './accounts.ts'
import { adapterMutants } from './adapters.ts'
import { administrationMutants } from './administration.ts'
import { attackMutants } from './attack.ts'
import { attackPeopleMutants } from './attack-people.ts'
import { auditLogMutants } from './audit-log.ts'
import { authorizationRequestMutants } from './authorization-requests.ts'
import { authorizationServerMutants } from './authorization-server.ts'
import { bridgeMutants } from './bridge.ts'
import { callRuleMutants } from './call-rules.ts'
import { claimsMutants } from './claims.ts'
import { clientDocumentMutants } from './client-documents.ts'
import { clientMutants } from './clients.ts'
import { configurationMutants } from './configuration.ts'
import { connectionMutants } from './connections.ts'
import { consentMutants } from './consent.ts'
import { consoleMutants } from './console.ts'
import { devMutants } from './dev.ts'
import { devLinkMutants } from './dev-links.ts'
import { deviceMutants } from './devices.ts'
import { doctorMutants } from './doctor.ts'
import { documentHostMutants } from './document-hosts.ts'
import { embeddingMutants } from './embedding.ts'
import { externalIssuerMutants } from './external-issuers.ts'
import { faultMutants } from './faults.ts'
import { gatewayMutants } from './gateway.ts'
import { gatewayHeaderMutants } from './gateway-headers.ts'
import { identityAssertionMutants } from './identity-assertions.ts'
import { identityProviderMutants } from './identity-providers.ts'
import { initMutants } from './init.ts'
import { introspectionMutants } from './introspection.ts'
import { machineClientMutants } from './machine-clients.ts'
import { mailMutants } from './mail.ts'
import { mcpMutants } from './mcp.ts'
import type { Mutant } from './mutant.ts'
import { oldTransportMutants } from './old-transport.ts'
import { openidConnectMutants } from './openid-connect.ts'
import { pageMutants } from './pages.ts'
import { passkeyMutants } from './passkeys.ts'
import { programMutants } from './program.ts'
import { programSettingMutants } from './program-settings.ts'
import { protocolMutants } from './protocol.ts'
import { pushedRequestMutants } from './pushed-requests.ts'
import { recorderMutants } from './recorder.ts'
import { registrationMutants } from './registration.ts'
import { resourceServerMutants } from './resource-server.ts'
import { severalServersMutants } from './several-servers.ts'
import { signingKeyMutants } from './signing-keys.ts'
import { stdioMutants } from './stdio.ts'
import { storeMutants } from './stores.ts'
import { tokenEndpointMutants } from './token-endpoint.ts'
import { traceMutants } from './trace.ts'

const guards: readonly Mutant[] = [
  ...auditLogMutants,
  ...administrationMutants,
  ...consoleMutants,
  ...protocolMutants,
  ...callRuleMutants,
  ...initMutants,
  ...mcpMutants,
  ...recorderMutants,
  ...stdioMutants,
  ...resourceServerMutants,
  ...accessTokenMutants,
  ...adapterMutants,
  ...authorizationServerMutants,
  ...registrationMutants,
  ...tokenEndpointMutants,
  ...authorizationRequestMutants,
  ...signingKeyMutants,
  ...severalServersMutants,
  ...oldTransportMutants,
  ...openidConnectMutants,
  ...clientDocumentMutants,
  ...documentHostMutants,
  ...clientMutants,
  ...storeMutants,
  ...pushedRequestMutants,
  ...deviceMutants,
  ...claimsMutants,
  ...consentMutants,
  ...connectionMutants,
  ...embeddingMutants,
  ...machineClientMutants,
  ...identityAssertionMutants,
  ...bridgeMutants,
  ...identityProviderMutants,
  ...introspectionMutants,
  ...externalIssuerMutants,
  ...faultMutants,
  ...doctorMutants,
  ...gatewayMutants,
  ...gatewayHeaderMutants,
  ...programMutants,
  ...programSettingMutants,
  ...devMutants,
  ...devLinkMutants,
  ...configurationMutants,
  ...accountMutants,
  ...passkeyMutants,
  ...mailMutants,
  ...pageMutants,
  ...traceMutants,
]

/** Every guard that a law or a requirement of security stands on. A new guard comes with its mutant. */
export const mutants: readonly Mutant[] = [...guards, ...attackMutants(guards), ...attackPeopleMutants(guards)]
