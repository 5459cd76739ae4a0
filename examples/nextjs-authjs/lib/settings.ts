import type { ServerSecret } from '@portcullis/auth/authorization-server'
import { z } from 'zod'
import { once } from './once.ts'

/** What the operator says, by environment variables; what cannot stand is an error at the start. */
export const settings = once('settings', () => {
  const read = variables.safeParse(process.env)
  if (!read.success) throw new TypeError(`The environment is not as README.md has it:\n${z.prettifyError(read.error)}`)
  const { AUTH_URL: origin, DATABASE_URL, OAUTH_SECRETS, CLIENT_ADDRESS_HEADER, ...rest } = read.data
  return {
    origin,
    databaseUrl: DATABASE_URL,
    oauthSecrets: OAUTH_SECRETS,
    clientAddressHeader: CLIENT_ADDRESS_HEADER,
    hasGitHub: rest.AUTH_GITHUB_ID !== undefined,
    oidc:
      rest.AUTH_OIDC_ISSUER === undefined ? undefined : { issuer: rest.AUTH_OIDC_ISSUER, name: rest.AUTH_OIDC_NAME },
  }
})

const variables = z.object({
  /** The address of the application, of which issuer, resource and sign-in are made: nothing of it is read from a request (law 1). */
  AUTH_URL: z.url().refine((url) => new URL(url).origin === url, 'an origin, such as https://notes.example.com'),
  /** What Auth.js signs sessions with. */
  AUTH_SECRET: z.string().min(32),
  DATABASE_URL: z.string().regex(/^(file:|postgres(ql)?:)/, 'file:… for SQLite, or postgres://…'),
  /** What codes and refresh tokens are made with, the newest first: `id:base64url`, with commas between. */
  OAUTH_SECRETS: z.string().transform((list) => list.split(',').map(secretOf)),
  /** The header in which a proxy of yours tells the address of a client. Default: all clients share the limits. */
  CLIENT_ADDRESS_HEADER: z.string().optional(),
  /** Sign-in with GitHub; Auth.js reads both itself. */
  AUTH_GITHUB_ID: z.string().optional(),
  AUTH_GITHUB_SECRET: z.string().optional(),
  /** Sign-in at an OpenID Connect provider; Auth.js reads AUTH_OIDC_ID and AUTH_OIDC_SECRET itself. */
  AUTH_OIDC_ISSUER: z.url().optional(),
  AUTH_OIDC_NAME: z.string().default('your organisation'),
})

function secretOf(text: string): ServerSecret {
  const [id = '', secret = ''] = text.split(':')
  return { id, secret: new Uint8Array(Buffer.from(secret, 'base64url')) }
}
