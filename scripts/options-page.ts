import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tools.ts'

const server = 'packages/auth/src/authorization-server'

interface Section {
  title: string
  file: string
  /** The interface whose docstrings these are. */
  name: string
}

const sections: readonly Section[] = [
  { title: 'Options', file: `${server}/config.ts`, name: 'AuthorizationServerOptions' },
  { title: '`resources[]`', file: `${server}/protected-resource.ts`, name: 'ProtectedResource' },
  { title: '`secrets[]`', file: `${server}/server-secrets.ts`, name: 'ServerSecret' },
  { title: '`interaction`', file: `${server}/interaction/interaction.ts`, name: 'Interaction' },
  { title: '`clients[]`', file: `${server}/clients/static-clients.ts`, name: 'StaticClient' },
  {
    title: '`clients[]` and `createClient`',
    file: `${server}/clients/client-description.ts`,
    name: 'ClientDescription',
  },
  {
    title: '`clients[]` and `createClient`: metadata',
    file: 'packages/auth/src/protocol/client-metadata.ts',
    name: 'ClientMetadata',
  },
  { title: '`clientDocuments`', file: `${server}/clients/document-options.ts`, name: 'ClientDocumentOptions' },
  { title: '`clientDocuments.hosts`', file: `${server}/clients/host-policy.ts`, name: 'HostPolicy' },
  {
    title: '`createGuardedFetch(…)`',
    file: 'packages/auth/src/adapters/node/guarded-fetch.ts',
    name: 'GuardedFetchOptions',
  },
  { title: '`pushedRequests`', file: `${server}/pushed-requests/options.ts`, name: 'PushedRequestOptions' },
  { title: '`deviceAuthorization`', file: `${server}/device/options.ts`, name: 'DeviceAuthorizationOptions' },
  { title: '`privileges[client]`', file: `${server}/clients/privileges.ts`, name: 'ClientPrivileges' },
  {
    title: '`privileges[client].tokenExchange`',
    file: `${server}/clients/privileges.ts`,
    name: 'TokenExchangePrivilege',
  },
  {
    title: '`identityAssertionIssuers[]`',
    file: `${server}/grants/identity-assertion/issuers.ts`,
    name: 'IdentityAssertionIssuer',
  },
  { title: '`introspectionReaders[]`', file: `${server}/introspection-readers.ts`, name: 'IntrospectionReader' },
  { title: '`knownClients[]`', file: `${server}/clients/known-clients.ts`, name: 'KnownClient' },
  { title: '`signingKeys`', file: `${server}/config.ts`, name: 'SigningKeyOptions' },
  { title: '`signer`', file: `${server}/keys/signer.ts`, name: 'Signer' },
  { title: '`signer` and `signer.alsoPublished[]`', file: `${server}/keys/signer.ts`, name: 'VerificationKey' },
  { title: '`branding`', file: `${server}/interaction/branding.ts`, name: 'Branding' },
]

/** The reference of the authorization server's options, of their docstrings. */
export function formatOptionsPage(): string {
  return `# Options of the authorization server

\`createAuthorizationServer(options)\` of \`@portcullis/auth/authorization-server\`. Generated from the docstrings: \`npm run docs\`. Durations are seconds,
instants seconds since the epoch. A wrong value, and a name that is no option, is a \`TypeError\` at construction that says what is wanted.

${sections.map(formatSection).join('\n')}
## At each request

\`server.fetch(request, { clientAddress, requestId })\`: \`clientAddress\` is the network address that limits count by; behind a proxy it is yours to say
whom to believe. Left out, all requests share one limit. \`requestId\` is your name for the request, which error pages and events show.
\`nodeListener\` of \`@portcullis/auth/node\` gives the address of the socket unless it is told another by \`clientAddress\`.

## Administration functions

They work on the store alone, beside a running server or without one, and take \`{ store, now }\`: \`now\` is the time in seconds since the epoch, as
\`() => Math.floor(Date.now() / 1000)\`. Those that end grants take \`accessTokenLifetime\` (the server's, so that the end stays in the feed as long as a token
may live) and \`onEvent\` beside. A server itself has \`grants.list\`, \`endGrant\`, \`consents.list\` and \`consents.revoke\`, which need neither.

| Function | Options | Does |
|---|---|---|
| \`createClient\`, \`listClients\`, \`findClient\`, \`renewClientSecret\` | \`{ store, now }\` | clients that need not register ([registration.md](registration.md)) |
| \`deleteClient\` | \`{ store, now, accessTokenLifetime, onEvent }\` | deletes a client, forgets its consents, ends its grants |
| \`listGrants\` | \`{ store, clients? }\`; \`clients\` are the static ones, for their names | who has access, by person or by client, page by page |
| \`listConsents\` | \`{ store, now }\` | what is remembered of a person |
| \`endGrant\`, \`endGrantsOfSubject\`, \`endGrantsOfClient\`, \`revokeConsents\` | \`{ store, now, accessTokenLifetime, onEvent }\` | end access; resource servers see it within five seconds |
| \`listSigningKeys\`, \`rotateSigningKey\`, \`retireSigningKey\`, \`revokeSigningKeys\` | [signing-keys.md](signing-keys.md) | keys |
`
}

function formatSection({ title, file, name }: Section): string {
  const source = readFileSync(join(root, file), 'utf8')
  const at = new RegExp(`/\\*\\*((?:(?!\\*/).)*)\\*/\\nexport interface ${name}\\b[^{]*\\{\\n(.*?)\\n\\}`, 's')
  const undescribed = new RegExp(`()export interface ${name}\\b[^{]*\\{\\n(.*?)\\n\\}`, 's')
  const [, intro = '', body] = at.exec(source) ?? undescribed.exec(source) ?? []
  if (body === undefined) throw new Error(`${file} has no interface ${name}`)
  const rows = [...body.matchAll(/^ {2}\/\*\*(.*?)\*\/\n {2}(?:readonly )?(\w+)(\?)?(?:: |\()/gms)].map(
    ([, comment = '', option, optional]) =>
      `| \`${option}\` | ${optional === undefined ? 'yes' : ''} | ${plain(comment)} |`,
  )
  if (rows.length === 0) throw new Error(`${name} of ${file} has no docstrings`)
  const about = plain(intro) === '' ? '' : `${plain(intro)}\n\n`
  return `## ${title}\n\n${about}| Name | Needed | What it is |\n|---|---|---|\n${rows.join('\n')}\n`
}

function plain(comment: string): string {
  return comment
    .replace(/\n\s*\* ?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replaceAll('|', '\\|')
}
