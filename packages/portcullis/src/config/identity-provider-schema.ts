import {
  choice,
  duration,
  fixedTable,
  listOf,
  scopeToken,
  secureUrl,
  tableOf,
  text,
  truth,
  variableName,
} from './fields.ts'

const identityProviderPresets = ['oidc', 'keycloak', 'entra', 'google', 'github', 'okta', 'auth0', 'cognito'] as const

const month = 30 * 86_400

/** Which people of an identity provider are meant; each rule as `AdmissionRules` has it. */
const rules = {
  domains: listOf(text('a domain'))
    .prefault([])
    .describe(
      'Domains of people: of an e-mail address that it has verified, or of `hostedDomains`. `*.corp.example` is each domain below.',
    ),
  emails: listOf(text('an e-mail address')).prefault([]).describe('E-mail addresses, which it must have verified.'),
  subjects: listOf(text('an identifier'))
    .prefault([])
    .describe('Identifiers of people as it has them (`sub`). Of `domains`, `emails` and `subjects` one has to fit.'),
  groups: listOf(text('a group'))
    .prefault([])
    .describe('Groups, of which a person must be in one, whatever else fits.'),
  claims: tableOf(listOf(text('a value')))
    .prefault({})
    .describe('Claims that a person must have, each with one of the values named, whatever else fits.'),
}

/** Where people sign in that have an account elsewhere. */
export const identityProviders = tableOf(
  fixedTable({
    preset: choice(identityProviderPresets).describe(
      'Which identity provider it is, with its ways (docs/identity-providers.md). `oidc` is any that speaks OpenID Connect.',
    ),
    issuer: secureUrl()
      .optional()
      .describe(
        'Its issuer identifier, exactly as its metadata has it. `google` has none, `github` only where it is a server of your own, `entra` takes `tenant` instead.',
      ),
    tenant: text('a tenant')
      .optional()
      .describe('The tenant of `entra`, by its identifier (a GUID); or `organizations` or `common`, with `tenants`.'),
    tenants: listOf(text('a tenant'))
      .prefault([])
      .describe(
        'The identifiers of the tenants whose people may come in, where `tenant` is `organizations` or `common`.',
      ),
    clientId: text('the client ID that the identity provider gave').describe(
      'The client ID that the identity provider gave when this server was entered there. `portcullis check-config` prints the callback URL to enter.',
    ),
    secretFile: text('the path of a file')
      .optional()
      .describe('A file with the client secret that it gave. Relative to the folder of this file.'),
    secretVariable: variableName().optional().describe('The environment variable with it, instead of a file.'),
    name: text('how pages call it').optional().describe('How pages call it. Default: the name of the preset.'),
    scopes: listOf(scopeToken())
      .prefault([])
      .describe('Scopes that it is asked for beside those of the preset, such as the one that brings groups.'),
    groupsClaim: text('the name of a claim')
      .optional()
      .describe('The claim in which groups stand. Default: that of the preset.'),
    hostedDomains: listOf(text('a domain'))
      .prefault([])
      .describe('The Workspace domains of `google` whose people alone may come in, as it vouches for them.'),
    organisations: listOf(text('an organisation'))
      .prefault([])
      .describe('The organisations of `github` of which a person must be a member of one.'),
    clientAuthentication: choice(['client_secret_basic', 'client_secret_post'])
      .optional()
      .describe('How the secret is shown to it. Default: the way of the preset.'),
    offlineAccess: truth()
      .optional()
      .describe(
        'Whether it is asked for a refresh token, by which it can be asked later whether a person still is there. Default: as the preset does, mostly true.',
      ),
    allow: fixedTable({
      ...rules,
      anybody: truth()
        .prefault(false)
        .describe('Whoever has an account there. Of a public identity provider that is everybody: it must be said.'),
    })
      .optional()
      .describe(
        'Who may come in. Default: whoever has an account there, where that is your own; a public one (`google` without `hostedDomains`, `github` without `organisations`) needs it.',
      ),
    contact: text('whom to ask')
      .optional()
      .describe(
        'Whom people ask who were refused: an e-mail address, an https URL, or words. Default: whoever runs this server.',
      ),
    newAccounts: choice(['allowed', 'invited'])
      .prefault('allowed')
      .describe(
        'Whether people who come for the first time get an account at once, or only with an invitation (`portcullis users invite`).',
      ),
    dangerouslyLinkByEmail: truth()
      .prefault(false)
      .describe(
        'Whether somebody who comes for the first time gets the account whose user name is their e-mail address, where this identity provider has verified that. Only where nobody there can have an address that is somebody else’s. The account loses its password, its passkeys, its sessions, its grants and any link for a new password, which whoever made it may have; the owner’s is never linked so.',
      ),
    recheck: duration({ least: 60, most: month })
      .prefault('15m')
      .describe(
        'How old its word may be that a person still is there and may come in: then it is asked again, before the next token and at the next visit. Who left loses access within this time and `lifetimes.accessToken`.',
      ),
    recheckGrace: duration({ least: 0, most: month })
      .prefault('24h')
      .describe(
        'How long people go on as before while it cannot be asked. Afterwards they get no tokens until it can, and nothing of theirs ends.',
      ),
    trustFor: duration({ least: 60, most: 365 * 86_400 })
      .prefault('7d')
      .describe(
        'How long its word at sign-in counts where it gives nothing to ask by later (no refresh token): then the person signs in again.',
      ),
    roles: tableOf(fixedTable(rules))
      .prefault({})
      .describe(
        'Who administrates because it says so: under `owner`, `operator` or `auditor` rules as under `allow`, of which `groups` is the usual one. The role falls when the rules no longer fit, at the latest with `recheck`; a higher one given by hand stays (docs/administration.md). Default: nobody.',
      ),
    groupsTold: listOf(text('a group'))
      .prefault([])
      .describe(
        'Groups that access tokens and the MCP server are told of (`groups`, `X-Portcullis-Groups`), of those that a person is in. Default: none.',
      ),
  }),
)
  .prefault({})
  .describe(
    'Identity providers at which people sign in, by names of your choice: small letters, digits and hyphens, which stand in the callback URL. See docs/identity-providers.md.',
  )

export const passwords = truth()
  .prefault(true)
  .describe(
    'Whether people may sign in with a password of this server. `false` needs `identityProviders`: then invitations and the owner link are answered there.',
  )
