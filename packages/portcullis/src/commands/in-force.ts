import { admittedBy, peopleIn } from '../config/admission-words.ts'
import type { Configuration } from '../config/configuration.ts'
import { callbackOf } from '../config/identity-provider-problems.ts'

/** What a configuration lets happen, in the order in which an operator would ask: one line each, of a name and what is so. */
export function inForce(
  configuration: Configuration,
  { isRegistrationOpen }: { isRegistrationOpen: boolean },
): [string, string][] {
  const { clientDocuments, mcpServers, publicUrl, dev } = configuration
  const lines: [string, string | undefined][] = [
    ...mcpServers.map(({ id, publicUrl, alsoServedAt }): [string, string] => [
      id === undefined ? 'clients connect to' : `clients of "${id}" connect to`,
      [publicUrl, ...alsoServedAt].join(', '),
    ]),
    ['registration', isRegistrationOpen ? 'open to anybody' : 'with an initial access token alone'],
    [
      'client documents',
      clientDocuments.enabled ? `from ${clientDocuments.hosts?.join(', ') ?? 'any host'}` : 'none are taken',
    ],
    ['clients named here', listOf(Object.keys(configuration.clients))],
    ['pushed requests', pushedRequestsOf(configuration)],
    ['devices', configuration.devices.enabled ? `are let in, at ${new URL(publicUrl).origin}/device` : undefined],
    ['access tokens', accessTokensOf(configuration)],
    [
      'further servers',
      listOf(
        Object.entries(configuration.resources).map(([url, { accessTokenFormat }]) => `${url} (${accessTokenFormat})`),
      ),
    ],
    ...Object.entries(configuration.privileges).map(([id, privilege]): [string, string] => [
      `"${id}" may`,
      privilegesIn(privilege),
    ]),
    ...Object.entries(configuration.identityAssertionIssuers).map(([issuer, { clients }]): [string, string] => [
      `${issuer} decides`,
      `for its people, who use ${clients.join(', ')}`,
    ]),
    ...Object.keys(configuration.identityProviders).map((id): [string, string] => [
      `callback URL of "${id}"`,
      `${callbackOf(id, publicUrl)} (to be entered at the identity provider)`,
    ]),
    ...Object.entries(configuration.identityProviders).map(
      ([id, { secretFile, secretVariable }]): [string, string | undefined] => [
        `secret for "${id}"`,
        secretFile === undefined && secretVariable === undefined ? 'none, as a public client there has' : undefined,
      ],
    ),
    ...Object.entries(configuration.identityProviders).map(([id, each]): [string, string] => [
      `of "${id}" may come in`,
      admittedBy(each),
    ]),
    ...Object.entries(configuration.identityProviders).flatMap(([id, { roles }]) =>
      Object.entries(roles).map(([role, rules]): [string, string] => [`${role} by "${id}"`, peopleIn(rules)]),
    ),
    ['sign-in', dev ? 'DEVELOPMENT: as alice or bob, without a password' : waysIn(configuration)],
    ['mail', configuration.mail && `by ${configuration.mail.server}, from ${configuration.mail.from}`],
  ]
  return lines.filter((line): line is [string, string] => line[1] !== undefined)
}

function waysIn({ identityProviders, passwords }: Configuration): string {
  const elsewhere = Object.entries(identityProviders).map(([id, { name }]) => `with ${name ?? id}`)
  return [...elsewhere, ...(passwords ? ['with a passkey or a password'] : [])].join(', ')
}

function accessTokensOf({ mcpServers, lifetimes, signingKeys }: Configuration): string {
  const formats = new Set(mcpServers.map(({ accessTokenFormat }) => accessTokenFormat))
  const ofEach = mcpServers.map(({ id, accessTokenFormat }) => `${accessTokenFormat} of "${id}"`)
  const { algorithm, lifetime } = signingKeys
  const rotation = lifetime === 0 ? 'rotated by command alone' : `another key every ${spanOf(lifetime)}`
  return `${formats.size === 1 ? [...formats].join() : ofEach.join(', ')}, for ${spanOf(lifetimes.accessToken)}; signed with ${algorithm}, ${rotation}`
}

function pushedRequestsOf({ pushedRequests: { enabled, required }, clients }: Configuration): string | undefined {
  if (!enabled) return undefined
  const must = Object.keys(clients).filter((id) => clients[id]?.requirePushedRequests)
  return required ? 'every client must' : `are taken${must.length === 0 ? '' : `; ${must.join(', ')} must`}`
}

function privilegesIn(privilege: Configuration['privileges'][string]): string {
  const { clientCredentials, clientCredentialsFor, tokenExchange, introspection, introspectionFor } = privilege
  const acts = [
    ...(clientCredentials.length > 0 ? [`act for itself (${clientCredentials.join(' ')})`] : []),
    ...Object.entries(clientCredentialsFor).map(([url, scopes]) => `act for itself at ${url} (${scopes.join(' ')})`),
    ...(tokenExchange === undefined
      ? []
      : [`exchange tokens of ${tokenExchange.from} for ${tokenExchange.to.join(', ')}`]),
    ...(introspection ? ['introspect'] : []),
    ...introspectionFor.map((url) => `introspect tokens of ${url}`),
  ]
  return acts.length === 0 ? 'nothing' : acts.join('; ')
}

function listOf(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(', ')
}

function spanOf(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ]
  const [size, unit] = units.find(([each]) => seconds >= each && seconds % each === 0) ?? [1, 's']
  return `${seconds / size}${unit}`
}
