import { setTimeout as sleep } from 'node:timers/promises'

/** What an administrator does in a realm, by Keycloak's own API. Everything rejects with what Keycloak answered where it refuses. */
export interface KeycloakAdmin {
  /** Imports a realm as the administration console does from a file; returns what is done in it. */
  importRealm(representation: { realm: string }): Promise<RealmAdmin>
  realm(name: string): RealmAdmin
}

export interface RealmAdmin {
  name: string
  issuer: string
  createUser(user: KeycloakUser): Promise<void>
  setEnabled(userName: string, isEnabled: boolean): Promise<void>
  /** Takes somebody out of every group, and puts them into these: names without a slash. */
  setGroups(userName: string, groups: readonly string[]): Promise<void>
  /** Ends all sessions of somebody. */
  logout(userName: string): Promise<void>
  /** The `sub` of somebody. */
  subjectOf(userName: string): Promise<string>
  /** Makes a new key for RS256, which signs from now on; the old ones are deleted unless they are kept. */
  rotateKeys(options?: { keepsOld: boolean }): Promise<void>
  /** Changes settings of the realm, `{ accessTokenLifespan: 5 }` in seconds for example. */
  change(settings: Readonly<Record<string, unknown>>): Promise<void>
  /** How often something of that type has happened (`REFRESH_TOKEN`), since `eventsEnabled` was set. */
  countEvents(type: string): Promise<number>
  /** Asks Keycloak's own API below the realm, at `/client-scopes` for example; what it answers, or where it put what was posted. */
  send(method: string, path: string, body?: unknown): Promise<unknown>
  /** Changes settings of a client. */
  changeClient(clientId: string, settings: Readonly<Record<string, unknown>>): Promise<void>
}

export interface KeycloakUser {
  userName: string
  password: string
  email: string
  isEmailVerified: boolean
}

export function createKeycloakAdmin(
  origin: string,
  { userName, password }: { userName: string; password: string },
): KeycloakAdmin {
  async function token(): Promise<string> {
    const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: userName, password })
    const response = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, { method: 'POST', body })
    const answer = fieldsOf(await read(response, 'the administrator’s token'))
    return String(answer.access_token)
  }

  async function send(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' }
    const json = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(`${origin}/admin/realms${path}`, { method, headers, ...json })
    return (await read(response, `${method} ${path}`)) ?? response.headers.get('location') ?? undefined
  }

  const realm = (name: string): RealmAdmin => createRealmAdmin({ name, issuer: `${origin}/realms/${name}`, send })
  return {
    realm,
    async importRealm(representation) {
      await send('POST', '', representation)
      return realm(representation.realm)
    },
  }
}

interface RealmContext {
  name: string
  issuer: string
  send(method: string, path: string, body?: unknown): Promise<unknown>
}

function createRealmAdmin({ name, issuer, send }: RealmContext): RealmAdmin {
  const at = (path: string) => `/${name}${path}`
  const subjectOf = async (userName: string) =>
    idOf(await send('GET', at(`/users?exact=true&username=${encodeURIComponent(userName)}`)), userName)

  return {
    name,
    issuer,
    subjectOf,
    send: (method, path, body) => send(method, at(path), body),
    async createUser({ userName, password, email, isEmailVerified }) {
      const credentials = [{ type: 'password', value: password, temporary: false }]
      const names = { firstName: userName, lastName: 'Example' } // without them Keycloak asks for them at the first sign-in
      const user = { username: userName, enabled: true, email, emailVerified: isEmailVerified, ...names, credentials }
      await send('POST', at('/users'), user)
    },
    async setEnabled(userName, isEnabled) {
      await send('PUT', at(`/users/${await subjectOf(userName)}`), { enabled: isEnabled })
    },
    async setGroups(userName, groups) {
      const user = at(`/users/${await subjectOf(userName)}`)
      for (const { id } of listOf(await send('GET', `${user}/groups`))) await send('DELETE', `${user}/groups/${id}`)
      for (const group of groups) {
        const found = await send('GET', at(`/groups?exact=true&search=${encodeURIComponent(group)}`))
        await send('PUT', `${user}/groups/${idOf(found, group)}`)
      }
    },
    async logout(userName) {
      // It ends what was issued before this second, and an offline token of this very one would live on.
      await sleep(1000 - (Date.now() % 1000))
      await send('POST', at(`/users/${await subjectOf(userName)}/logout`))
    },
    async rotateKeys({ keepsOld } = { keepsOld: false }) {
      const type = 'org.keycloak.keys.KeyProvider'
      const old = listOf(await send('GET', at(`/components?type=${type}`))).filter(
        ({ providerId }) => providerId === 'rsa-generated',
      )
      const priority = String(100 + old.length * 10)
      const config = { priority: [priority], algorithm: ['RS256'], enabled: ['true'], active: ['true'] }
      await send('POST', at('/components'), {
        name: `rsa-${priority}`,
        providerId: 'rsa-generated',
        providerType: type,
        config,
      })
      if (!keepsOld) for (const { id } of old) await send('DELETE', at(`/components/${id}`))
    },
    async change(settings) {
      await send('PUT', at(''), settings)
    },
    async countEvents(type) {
      return listOf(await send('GET', at(`/events?type=${type}&max=1000`))).length
    },
    async changeClient(clientId, settings) {
      const [client] = listOf(await send('GET', at(`/clients?clientId=${encodeURIComponent(clientId)}`)))
      if (client === undefined) throw new Error(`Keycloak has no client ${clientId}`)
      await send('PUT', at(`/clients/${client.id}`), { ...client, ...settings })
    },
  }
}

async function read(response: Response, what: string): Promise<unknown> {
  const text = await response.text()
  if (!response.ok) throw new Error(`Keycloak answered ${response.status} to ${what}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

function idOf(found: unknown, name: string): string {
  const [first] = listOf(found)
  if (first === undefined) throw new Error(`Keycloak knows no ${name}`)
  return String(first.id)
}

function listOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
