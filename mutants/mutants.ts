import { attackMutants } from './attack.ts'
import { authorizationServerMutants } from './authorization-server.ts'
import { clientDocumentMutants } from './client-documents.ts'
import { clientMutants } from './clients.ts'
import { doctorMutants } from './doctor.ts'
import { embeddingMutants } from './embedding.ts'
import { faultMutants } from './faults.ts'
import { gatewayMutants } from './gateway.ts'
import { introspectionMutants } from './introspection.ts'
import { machineClientMutants } from './machine-clients.ts'
import { mcpMutants } from './mcp.ts'
import type { Mutant } from './mutant.ts'
import { openidConnectMutants } from './openid-connect.ts'
import { programMutants } from './program.ts'
import { protocolMutants } from './protocol.ts'
import { pushedRequestAndDeviceMutants } from './pushed-requests-and-devices.ts'
import { resourceServerMutants } from './resource-server.ts'
import { signingKeyMutants } from './signing-keys.ts'
import { storeMutants } from './stores.ts'
import { traceMutants } from './trace.ts'

const guards: readonly Mutant[] = [
  ...protocolMutants,
  ...mcpMutants,
  ...resourceServerMutants,
  ...authorizationServerMutants,
  ...signingKeyMutants,
  ...openidConnectMutants,
  ...clientDocumentMutants,
  ...clientMutants,
  ...storeMutants,
  ...pushedRequestAndDeviceMutants,
  ...embeddingMutants,
  ...machineClientMutants,
  ...introspectionMutants,
  ...faultMutants,
  ...doctorMutants,
  ...gatewayMutants,
  ...programMutants,
  ...traceMutants,
]

/** Every guard that a law or a requirement of security stands on. A new guard comes with its mutant. */
export const mutants: readonly Mutant[] = [...guards, ...attackMutants(guards)]
