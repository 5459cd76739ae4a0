import * as z from 'zod'
import { clientAuthenticationMethods } from '../../config/client-authentication-methods.ts'
import { clientGrantTypes } from '../../config/client-grant-types.ts'
import { OperatorError } from '../../operations/operator-error.ts'
import { allClients, makeClient, removeClient, renewSecret, showClient } from '../clients.ts'
import { type ActContext, operation } from '../operation.ts'
import { endedGrants, idOf, shortText, time } from './fields.ts'

const client = z
  .strictObject({
    clientId: z.string(),
    name: z.string().optional().describe('As it claims, or as the operator says.'),
    origin: z.enum(['registered', 'created', 'configured']),
    method: z.string().describe('How it authenticates.'),
    redirectUris: z.array(z.string()).readonly(),
    issuedAt: time.optional().describe('Since when it is known, in seconds since the epoch.'),
    expiresAt: time
      .optional()
      .describe('When it goes unless somebody consents to it before, in seconds since the epoch.'),
  })
  .meta({ id: 'Client' })

const clientSecret = z.string().describe('Shown this once.')
const named = z.strictObject({ client: idOf('a client') })

export const listClientsOperation = operation({
  name: 'clients.list',
  right: 'read_clients',
  summary: 'List the clients: of the configuration, made by operators, and registered ones that somebody consented to',
  method: 'GET',
  path: '/clients',
  input: z.strictObject({
    unused: z
      .boolean('must be true or false')
      .optional()
      .describe('Also those that registered and that nobody has consented to yet. Default: false.'),
  }),
  output: z.array(client),
  run: ({ unused = false }, context) => allClients(clientsContext(context), { unused }),
})

export const showClientOperation = operation({
  name: 'clients.show',
  right: 'read_clients',
  summary: 'Show one client',
  method: 'GET',
  path: '/clients/{client}',
  input: named,
  output: client,
  run: (input, context) => showClient(clientsContext(context), input.client),
})

export const createClientOperation = operation({
  name: 'clients.create',
  right: 'manage_clients',
  summary: 'Make a client that need not register; its secret is shown this once',
  method: 'POST',
  path: '/clients',
  input: z.strictObject({
    redirectUris: z
      .array(z.string())
      .max(100)
      .optional()
      .describe('Where it may want its answers; needed with the grant type `authorization_code`.'),
    grantTypes: z
      .array(z.enum(clientGrantTypes, `must be one of ${clientGrantTypes.join(', ')}`))
      .optional()
      .describe('What it is for. Default: `authorization_code` and `refresh_token`.'),
    name: shortText('a name').optional().describe('How pages call it.'),
    method: z
      .enum(clientAuthenticationMethods, `must be one of ${clientAuthenticationMethods.join(', ')}`)
      .optional()
      .describe('How it authenticates. Default: `client_secret_basic`, or `private_key_jwt` with `keysUrl`.'),
    keysUrl: z.string().optional().describe('The https URL of its public keys. Needs `clientDocuments.enabled`.'),
  }),
  output: z.strictObject({ client, clientSecret: clientSecret.optional() }),
  status: 201,
  run({ redirectUris = [], grantTypes, name, method, keysUrl }, context) {
    if (keysUrl !== undefined && !context.configuration.clientDocuments.enabled)
      throw new OperatorError('The keys of a client at a URL are not fetched here', {
        nextStep: 'Set clientDocuments.enabled, and restart the server.',
      })
    return makeClient(clientsContext(context), {
      redirectUris,
      ...(grantTypes !== undefined && { grantTypes }),
      ...(name !== undefined && { clientName: name }),
      ...(method !== undefined && { authenticationMethod: method }),
      ...(keysUrl !== undefined && { keys: { kind: 'uri', uri: keysUrl } }),
    })
  },
})

export const renewSecretOperation = operation({
  name: 'clients.renewSecret',
  right: 'manage_clients',
  summary: 'Give a client another secret, shown this once; the one before is worth nothing from then on',
  method: 'POST',
  path: '/clients/{client}/secret',
  input: named,
  output: z.strictObject({ clientSecret }),
  status: 201,
  run: (input, context) => renewSecret(clientsContext(context), input.client),
})

export const deleteClientOperation = operation({
  name: 'clients.delete',
  right: 'manage_clients',
  summary: 'Delete a client, and end its grants, within 5 seconds',
  method: 'DELETE',
  path: '/clients/{client}',
  input: named,
  output: z.strictObject({ clientId: z.string(), endedGrants }),
  deletes: (input) => input.client,
  async run(input, context) {
    const ended = await removeClient(clientsContext(context), input.client, context.grantEnds)
    return { clientId: input.client, endedGrants: ended }
  },
})

function clientsContext({ store, now, configuration }: ActContext) {
  return { store, now, configured: configuration.clients }
}
