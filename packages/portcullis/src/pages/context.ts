import type { Brand, KnownClient } from '@portcullis/auth/authorization-server'
import type { IdentityProviders } from '@portcullis/auth/identity-providers'
import type { Accounts } from '../accounts/create-accounts.ts'
import type { AccountEvent } from '../accounts/events.ts'
import type { TrustedIdentityProvider } from '../accounts/trusted-identity-provider.ts'
import type { Post } from '../mail/post.ts'

/** What the pages are given. */
export interface PagesContext {
  accounts: Accounts['context']
  /** What people sign in for: an MCP server, or several under one name. */
  server: { name: string; mcpServers: readonly [McpServerOfPages, ...McpServerOfPages[]]; brand?: Brand }
  /** The clients of the configuration, by their identifiers. */
  clients: Readonly<Record<string, { readonly name?: string | undefined }>>
  /** What a scope of an MCP server lets a client do, as people read it when they consent; `undefined` of those that nobody described. Default: of all. */
  wordsOfScope?: (resource: string, token: string) => string | undefined
  /** By which it is known whose a client is. Default: nothing is. */
  knownClients?: readonly KnownClient[]
  /** Where people sign in that have an account elsewhere, in the order of the buttons. Default: nowhere. */
  identityProviders?:
    | {
        providers: Pick<IdentityProviders, 'begin' | 'complete'>
        trusted: ReadonlyMap<string, TrustedIdentityProvider>
      }
    | undefined
  /** Ends a grant because the person it is of says so. */
  endGrant: (grantId: string) => Promise<boolean>
  /** Ends all grants of a person because that person says so. */
  endGrants: (subject: string) => Promise<number>
  /** Forgets what a person allowed a client, and ends what came of it, because that person says so. */
  revokeConsents: (what: { subject: string; clientId: string }) => Promise<unknown>
  /** What messages are sent with. Default: none are. */
  post?: Post | undefined
  /** Where the console is, for those who may administrate; absent where there is none. */
  consoleAddress?: string | undefined
  onEvent: (event: AccountEvent) => void
}

/** An MCP server as pages name it. */
export interface McpServerOfPages {
  name: string
  /** The URL that people give their client. */
  publicUrl: string
  /** All URLs at which it is, that one included. */
  served: readonly string[]
}

/** What hono passes to handlers beside the request. */
export interface PagesEnv {
  Bindings: { clientAddress?: string }
}
