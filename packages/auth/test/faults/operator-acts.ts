import type { ConnectionEvent } from '@portcullis/auth'
import {
  type AuthorizationServerKinds,
  createClient,
  deleteClient,
  endGrantsOfSubject,
  renewClientSecret,
  revokeConsents,
  rotateSigningKey,
  type ServerSecret,
  type Store,
} from '@portcullis/auth/authorization-server'

/** What acts work on. */
export interface ActedOn {
  store: Store<AuthorizationServerKinds>
  secrets: readonly ServerSecret[]
  accessTokenLifetime: number
  now: () => number
  onEvent: (event: ConnectionEvent) => void
}

/** What operators do beside the server, each by one word, since it may be said to another process. */
export const operatorActs = {
  endGrantsOfSubject: (subject: string, on: ActedOn) => endGrantsOfSubject(subject, 'revoked_by_resource_owner', on),
  revokeConsents: (clientId: string, on: ActedOn) =>
    revokeConsents({ subject: 'alice', clientId }, 'revoked_by_resource_owner', on),
  rotateSigningKey: (_: string, { store, secrets, now, onEvent }: ActedOn) =>
    rotateSigningKey({ store, secrets, now, onEvent }),
  createClient: (name: string, on: ActedOn) =>
    createClient(
      {
        clientName: name,
        redirectUris: ['https://client.example/callback'],
        authenticationMethod: 'client_secret_post',
      },
      on,
    ),
  renewClientSecret: (clientId: string, on: ActedOn) => renewClientSecret(clientId, on),
  deleteClient: (clientId: string, on: ActedOn) => deleteClient(clientId, on),
}

export type OperatorActs = typeof operatorActs

/** Does one of them. */
export type Operate = <Name extends keyof OperatorActs>(name: Name, about: string) => ReturnType<OperatorActs[Name]>
