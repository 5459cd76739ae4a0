import { clientAuthenticationMethods } from './client-authentication-methods.ts'
import { clientGrantTypes } from './client-grant-types.ts'
import { choice, listOf, section, tableOf, text, truth, variableName, webUrl } from './fields.ts'

/** Clients that need not register. */
export const clients = tableOf(
  section({
    name: text('how pages call the client').optional().describe('How pages call the client.'),
    redirectUris: listOf(text('a redirect URI'))
      .prefault([])
      .describe(
        'Where it may want its answers: at least one where it has the grant type `authorization_code`, compared exactly; of a loopback address the port is free.',
      ),
    grantTypes: listOf(choice(clientGrantTypes))
      .optional()
      .describe(
        'What it is for. Default: `authorization_code` and `refresh_token`. Without `authorization_code` it needs no redirect URI. What it gets by `client_credentials` and token exchange is in `privileges`, and whose assertions it brings (`jwt-bearer`) in `identityAssertionIssuers`; the grant type of devices needs `devices.enabled`.',
      ),
    requirePushedRequests: truth()
      .optional()
      .describe(
        'Whether it sends the browser with pushed requests alone (RFC 9126 §6). Needs `pushedRequests.enabled`.',
      ),
    method: choice(clientAuthenticationMethods)
      .optional()
      .describe(
        'How it authenticates. Default: `client_secret_basic` where it has a secret, `private_key_jwt` where it has keys, `none` otherwise.',
      ),
    secretFile: text('the path of a file')
      .optional()
      .describe('A file with its secret, of at least 32 characters. Relative to the folder of this file.'),
    secretVariable: variableName().optional().describe('The environment variable with its secret, instead of a file.'),
    keysFile: text('the path of a file')
      .optional()
      .describe('A file with its public keys, as a JSON Web Key Set. Relative to the folder of this file.'),
    keysUrl: webUrl()
      .optional()
      .describe(
        'The https URL of its public keys, instead of a file. Needs `clientDocuments.enabled`, since it is fetched as guardedly.',
      ),
  }),
)
  .prefault({})
  .describe(
    'Clients that need not register, by their identifiers. `portcullis clients create` makes more while the server runs.',
  )
