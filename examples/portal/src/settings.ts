import type { IdentityProviderOptions } from '@portcullis/auth/identity-providers'

export interface Settings {
  port: number
  /** The address at which people and clients find the portal: configured, and never read from a request. */
  origin: string
  /** Where the two databases and the secret are. */
  folder: string
  identityProviders: readonly IdentityProviderOptions[]
  /** Whether there are links that need no sign-in, for whoever develops a client on this machine. */
  hasDevLinks: boolean
}

/** What the environment says. Throws `TypeError`, with what to write, where it says too little or what cannot stand. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(environment.PORT ?? 8883)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new TypeError(`PORT must be a number from 1 to 65535, but is "${environment.PORT}"`)
  const origin = environment.PUBLIC_URL ?? `http://localhost:${port}`
  if (!URL.canParse(origin) || new URL(origin).origin !== origin)
    throw new TypeError(`PUBLIC_URL must be an origin like https://portal.example, without a path, but is "${origin}"`)
  return {
    port,
    origin,
    folder: environment.DATA ?? 'data',
    identityProviders: [
      ...clientAt('GOOGLE', environment).map((client) => ({ id: 'google', preset: 'google', ...client }) as const),
      ...clientAt('GITHUB', environment).map((client) => ({ id: 'github', preset: 'github', ...client }) as const),
      ...clientAt('OIDC', environment).map(
        (client) => ({ id: 'oidc', preset: 'oidc', issuer: needed('OIDC_ISSUER', environment), ...client }) as const,
      ),
    ],
    hasDevLinks: environment.DEV_LINKS === '1',
  }
}

/** The portal, as an identity provider knows it; nothing where it does not. */
function clientAt(name: string, environment: Readonly<Record<string, string | undefined>>) {
  const clientId = environment[`${name}_CLIENT_ID`]
  if (clientId === undefined) return []
  // Nobody is asked about again here, so no refresh token is asked for, which Google gives for a question at each sign-in alone.
  return [{ clientId, clientSecret: needed(`${name}_CLIENT_SECRET`, environment), offlineAccess: false }]
}

function needed(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  const value = environment[name]
  if (value === undefined || value === '')
    throw new TypeError(`${name} is missing: the identity provider gave it to you`)
  return value
}
