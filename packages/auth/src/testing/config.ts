import type { AuthorizationServerOptions } from '../authorization-server/config.ts'
import type { Interaction } from '../authorization-server/interaction/interaction.ts'
import { randomText } from '../authorization-server/tokens/base64url.ts'
import type { ConnectionEvent } from '../protocol/events.ts'

export interface TestAuthorizationServerOptions {
  /** The URL of the MCP server under test, as its users type it. */
  resource: string
  /** Its scopes with their descriptions; the first is given to clients that ask for none. Default: `mcp` alone. */
  scopes?: Readonly<Record<string, string>>
  /** The issuer identifier. Default: `https://auth.test`, which is reached through `fetch` of what this makes alone. */
  issuer?: string
  /** The page that asks who signs in, for people with a browser; it sets `personCookie` and leads back. Default: 401. */
  signIn?: Interaction['signIn']
  /** The secret of `machineClient` and `readerSecret`: at least 32 characters of visible ASCII. Default: a new one. */
  secret?: string
  /** Whatever else the authorization server takes. Default: nothing. */
  options?: Partial<AuthorizationServerOptions>
  /** Told of every step. Default: nothing. */
  onEvent?: (event: ConnectionEvent) => void
  /** Seconds since the epoch. Default: the system clock; `advance` moves it on. */
  now?: () => number
  /** Waits; how `slow` is played. Default: a timer. */
  wait?: (milliseconds: number) => Promise<void>
}

export type ResolvedTestOptions = Required<TestAuthorizationServerOptions>

export function resolveOptions(options: TestAuthorizationServerOptions): ResolvedTestOptions {
  return {
    resource: options.resource,
    scopes: options.scopes ?? { mcp: 'Use this server for you' },
    issuer: options.issuer ?? 'https://auth.test',
    signIn: options.signIn ?? (async () => new Response('Nobody is signed in', { status: 401 })),
    secret: options.secret ?? randomText(24),
    options: options.options ?? {},
    onEvent: options.onEvent ?? (() => {}),
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
    wait: options.wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
  }
}
