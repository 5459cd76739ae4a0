import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { createAuthorizationServer, endGrantsOfSubject } from '@portcullis/auth/authorization-server'
import { createIdentityProviders } from '@portcullis/auth/identity-providers'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { createAccounts } from '../src/accounts/create-accounts.ts'
import type { AccountEvent } from '../src/accounts/events.ts'
import { issueLink } from '../src/accounts/links.ts'
import { createPasswordHasher } from '../src/accounts/password.ts'
import type { TrustedIdentityProvider } from '../src/accounts/trusted-identity-provider.ts'
import { personalStore } from '../src/administration/recorded-store.ts'
import { auditKeysOf } from '../src/audit/seal.ts'
import { createPages } from '../src/pages/pages.ts'
import type { ProgramKinds } from '../src/store/records.ts'
import { Person } from './running-program.ts'
import { type SmallIdentityProvider, smallIdentityProvider } from './small-identity-provider.ts'

export const origin = 'https://mcp.example'
export const resource = `${origin}/mcp`
export const password = 'four quiet words here'

/** An event as a test looks at it. */
interface Told {
  type: string
  [field: string]: unknown
}

type Settings = Partial<TrustedIdentityProvider>

/**
 * The program's accounts, pages and authorization server over one store, at a clock that tests move, with identity providers that are played over HTTP
 * (`smallIdentityProvider`).
 */
export async function identitySite(
  t: TestContext,
  { corp: ofCorp = {}, passwords = true, second }: { corp?: Settings; passwords?: boolean; second?: Settings } = {},
) {
  const clock = { now: 1_800_000_000 }
  const now = () => clock.now
  const store = memoryStore<ProgramKinds>({ now })
  const events: Told[] = []
  const onEvent = (event: AccountEvent | ConnectionEvent) => events.push({ ...event })
  const secrets = [{ id: 's1', secret: randomBytes(32) }] as const
  const corp = await smallIdentityProvider(t, { now })
  const other = await smallIdentityProvider(t, { now })
  const used: [string, SmallIdentityProvider, Settings][] = [['corp', corp, ofCorp]]
  if (second !== undefined) used.push(['other', other, second])
  const providers = createIdentityProviders({
    origin,
    secrets,
    now,
    timeout: 2,
    identityProviders: used.map(([id, { issuer, clientId }]) => ({
      id,
      preset: 'oidc',
      name: `${id[0]?.toUpperCase()}${id.slice(1)}`,
      issuer,
      clientId,
      clientSecret: 'hush',
    })),
  })
  const trusted = new Map(
    used.map(([id, , settings]): [string, TrustedIdentityProvider] => [
      id,
      {
        id,
        name: `${id[0]?.toUpperCase()}${id.slice(1)}`,
        admission: { anybody: true },
        newAccounts: 'allowed',
        linksByEmail: false,
        recheck: 900,
        recheckGrace: 86_400,
        trustFor: 7 * 86_400,
        groupsTold: [],
        roles: {},
        contact: undefined,
        ...settings,
      },
    ]),
  )
  const endAll = (reason: 'subject_disabled' | 'revoked_by_resource_owner') => (subject: string) =>
    endGrantsOfSubject(subject, reason, { store, now, accessTokenLifetime: 600, onEvent })
  const accounts = createAccounts({
    configuration: {
      issuer: origin,
      dev: false,
      passwords,
      limits: { signInsPerAccount: 1000, signInsPerAddress: 1000 },
      lifetimes: { session: 14 * 86_400, proof: 300 },
    } as unknown as Parameters<typeof createAccounts>[0]['configuration'], // only these settings are read
    store: personalStore(store, { keys: auditKeysOf(secrets), now, passwords }),
    passwords: createPasswordHasher({ cost: 16 }),
    challengeKeys: [randomBytes(32)],
    now,
    identityProviders: { providers, trusted, endGrants: endAll('subject_disabled'), onEvent },
  })
  const authorizationServer = createAuthorizationServer({
    issuer: origin,
    resources: [{ resource, scopes: { mcp: 'Use it' } }],
    store,
    secrets,
    now,
    interaction: accounts.interaction,
    ...(accounts.claims !== undefined && { claims: accounts.claims }),
    onEvent,
  })
  await authorizationServer.ready()
  const pages = createPages({
    accounts: accounts.context,
    identityProviders: { providers, trusted },
    server: { name: 'Notes', mcpServers: [{ name: 'Notes', publicUrl: resource, served: [resource] }] },
    clients: {},
    endGrant: (grantId) => authorizationServer.endGrant(grantId, 'revoked_by_resource_owner'),
    endGrants: endAll('revoked_by_resource_owner'),
    revokeConsents: async () => {},
    onEvent,
  })

  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, { ...init, headers: { host: 'mcp.example', ...headersOf(init) } })
    const { pathname } = new URL(request.url)
    return pathname.startsWith('/account') ? pages.fetch(request) : authorizationServer.fetch(request)
  }

  /** Presses the button of an identity provider. Resolves to the answer. */
  function press(person: Person, fields: Record<string, string> = {}): Promise<Response> {
    return post(person, '/account/sign-in-with', { with: 'corp', ...fields })
  }

  /** Where the identity provider sends a browser back to that an answer of ours sent there. */
  async function callbackAfter(answer: Response): Promise<string> {
    const response = await fetch(await wayOut(answer), { redirect: 'manual' })
    return response.headers.get('location') ?? assert.fail(`no redirect, but ${response.status}`)
  }

  return {
    clock,
    store,
    events,
    corp,
    other,
    providers,
    trusted,
    accounts: accounts.context,
    send,
    press,
    callbackAfter,
    person: () => new Person(origin, send),
    told: (type: string) => events.filter((event) => event.type === type),
    /** The whole way to an identity provider and back. Resolves to the answer to the callback. */
    async signIn(person: Person, fields: Record<string, string> = {}): Promise<Response> {
      return person.open(await callbackAfter(await press(person, fields)))
    },
    async link(purpose: 'owner' | 'invitation'): Promise<string> {
      return (await issueLink({ store, now }, { purpose })).token
    },
    /** An account with a password. Resolves to its browser, which is signed in. */
    async withPassword(userName: string, purpose: 'owner' | 'invitation' = 'invitation'): Promise<Person> {
      const person = new Person(origin, send)
      const token = (await issueLink({ store, now }, { purpose })).token
      const path = purpose === 'owner' ? '/account/welcome' : '/account/invitation'
      const made = await post(person, path, { token, user_name: userName, password, again: password })
      assert.equal(made.status, 303, await made.text())
      return person
    },
    async accountOf(userName: string) {
      const holder = await store.get('userName', userName)
      return (await store.get('account', holder?.value.accountId ?? '')) ?? assert.fail(`there is no ${userName}`)
    },
    /** What the audit log has, the oldest first. */
    acts: async () => (await store.list('audit', 'all', 'all', { limit: 1000 })).map(({ value }) => value.act),
    accountNames: async () => (await store.list('account', 'all', 'all')).map(({ value }) => value.userName).sort(),
  }
}

/** Posts a form as a page of ours would. */
export function post(
  person: Person,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = { origin },
): Promise<Response> {
  return person.open(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })
}

/** Where an answer of ours sends the browser: by its redirect, or by the page that goes on. */
export async function wayOut(answer: Response): Promise<URL> {
  const location = answer.headers.get('location')
  if (location !== null) return new URL(location, origin)
  const text = await answer.text()
  const [, href] = /<a class="button" href="([^"]*)"/.exec(text) ?? []
  return new URL((href ?? assert.fail(`no way out of ${text}`)).replaceAll('&amp;', '&'))
}

function headersOf(init: RequestInit | undefined): Record<string, string> {
  return Object.fromEntries(new Headers(init?.headers))
}
