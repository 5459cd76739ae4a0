import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createClient,
  deleteClient,
  endGrant,
  endGrantsOfSubject,
  renewClientSecret,
  retireSigningKey,
  revokeConsents,
  revokeSigningKeys,
  rotateSigningKey,
  type Store,
} from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import type { AuditActor } from '../store/audit-acts.ts'
import type { AuditRecord, ProgramKinds } from '../store/records.ts'
import { withdrawInvitation } from './invitations.ts'
import { recordedStore } from './recorded-store.ts'
import { disableUser, enableUser } from './user-acts.ts'
import { inviteUser, makeOwnerLink, resetUser } from './users.ts'

type ProgramStore = Store<ProgramKinds>
const at = 1_800_000_000
const now = () => at
const origin = 'https://auth.example'
const secrets = [{ id: 'k1', secret: new Uint8Array(32).fill(7) }]
const ends = (store: ProgramStore) => ({ store, accessTokenLifetime: 600, now, onEvent: () => {} })
const eve: AuditActor = { kind: 'command_line', user: 'eve' }
const administrator = { by: eve, role: 'owner' as const }
const people = { administrator, now, configuration: { identityProviders: {}, passwords: true } }
const redirectUris = ['https://client.example/cb']

/** What an operator does, and what is told of it once its first commit is done and the command killed, and once it is done whole. */
const acts: [
  name: string,
  act: (store: ProgramStore) => Promise<unknown>,
  first: string[],
  whole: string[],
  deletes?: string,
][] = [
  ['keys rotate', (store) => rotateSigningKey({ store, secrets, now }), ['published'], ['published']],
  [
    'keys rotate --now',
    (store) => revokeSigningKeys({ store, secrets, now }),
    ['published', 'retired'],
    ['published', 'retired'],
  ],
  ['clients create', (store) => createClient({ redirectUris }, { store, now }), ['client_created'], ['client_created']],
  [
    'clients renew-secret',
    (store) => renewClientSecret('agent', { store }),
    ['client_secret_renewed'],
    ['client_secret_renewed'],
  ],
  [
    'clients delete',
    (store) => deleteClient('agent', ends(store)),
    ['client_deleted'],
    ['client_deleted', 'consent_revoked', 'grant_ended', 'grant_ended'],
    'agent',
  ],
  [
    'clients delete, of a client of which nothing is kept',
    (store) => deleteClient('static', ends(store)),
    ['client_deleted', 'grant_ended'],
    ['client_deleted', 'grant_ended'],
    'static',
  ],
  [
    'clients delete, of a client of which consents alone are left',
    (store) => deleteClient('documented', ends(store)),
    ['client_deleted', 'consent_revoked'],
    ['client_deleted', 'consent_revoked', 'consent_revoked'],
    'documented',
  ],
  [
    'consents revoke, of such a client',
    (store) => revokeConsents({ subject: 'a3', clientId: 'documented' }, 'revoked_by_operator', ends(store)),
    ['consent_revoked'],
    ['consent_revoked'],
  ],
  [
    'grants revoke',
    (store) => endGrant('g1', 'revoked_by_operator', ends(store)),
    ['consent_revoked', 'grant_ended'],
    ['consent_revoked', 'grant_ended'],
  ],
  [
    'grants revoke --user',
    (store) => endGrantsOfSubject('a1', 'revoked_by_operator', ends(store)),
    ['consent_revoked'],
    ['consent_revoked', 'grant_ended', 'grant_ended', 'grant_ended'],
  ],
  [
    'consents revoke',
    (store) => revokeConsents({ subject: 'a1', clientId: 'agent' }, 'revoked_by_operator', ends(store)),
    ['consent_revoked'],
    ['consent_revoked', 'grant_ended', 'grant_ended'],
  ],
  ['users invite', (store) => inviteUser({ store, now, origin, administrator }), ['user_invited'], ['user_invited']],
  ['users reset', (store) => resetUser({ store, origin, ...people }, 'ada'), ['reset_link_made'], ['reset_link_made']],
  [
    'users disable',
    (store) =>
      disableUser({ store, ...people }, 'ada', (id) => endGrantsOfSubject(id, 'subject_disabled', ends(store))),
    ['user_disabled'],
    ['consent_revoked', 'grant_ended', 'grant_ended', 'grant_ended', 'user_disabled'],
  ],
  [
    'users enable',
    (store) => enableUser({ store, ...people }, 'bob', async () => 0),
    ['user_enabled'],
    ['user_enabled'],
  ],
  ['owner-link', (store) => makeOwnerLink({ store, now, origin }), ['owner_link_made'], ['owner_link_made']],
]

for (const [name, act, first, whole, deletes] of acts) {
  const by = { by: eve, keys: [], now, deletes }

  test(`law 11: "portcullis ${name}" that is killed after its first commit has told what that did`, async () => {
    const store = await filled()
    const before = await copyOf(store)
    let commits = 0
    const killed: ProgramStore = {
      ...store,
      commit: async (changes) => {
        commits += 1
        if (commits > 1) throw new Error('killed')
        return store.commit(changes)
      },
    }

    await act(recordedStore(killed, by)).catch((error: Error) => assert.equal(error.message, 'killed'))

    assert.notDeepEqual(await copyOf(store), before)
    assert.deepEqual(typesOf(await left(store)), first)
  })

  test(`law 11: "portcullis ${name}" tells all it does, with who and when, and nothing that the store did not do`, async () => {
    const store = await filled()
    const failing: ProgramStore = { ...store, commit: () => Promise.reject(new Error('full')) }
    await assert.rejects(act(recordedStore(failing, by)), /full/)
    assert.deepEqual(await left(store), [])

    let refused = false
    const quicker: ProgramStore = {
      ...store,
      // Somebody else was quicker, once: it is done at the second try, and told once.
      commit: (changes) => {
        if (refused) return store.commit(changes)
        refused = true
        return Promise.resolve(false)
      },
    }
    await act(recordedStore(quicker, by))

    const records = await left(store)
    assert.deepEqual(typesOf(records), whole)
    for (const record of records) assert.deepEqual([record.at, record.by, record.result], [at, eve, 'done'])
  })
}

test('an invitation that is taken back, and a key that is retired, are told; a name that is none tells nothing', async () => {
  const store = await filled()
  const recorded = recordedStore(store, { by: eve, keys: [], now })
  const { id = '' } = await inviteUser({ store, now, origin, administrator })

  await withdrawInvitation({ store: recorded }, id)
  await retireSigningKey('old', { store: recorded, secrets, now })
  await retireSigningKey('none', { store: recorded, secrets, now })
  await deleteClient('none', ends(recorded))
  await enableUser({ store: recorded, ...people }, 'ada', async () => 0)

  const told = (await left(store)).map(({ act }) => act)
  assert.deepEqual(told, [
    { type: 'invitation_withdrawn', invitation: id },
    { type: 'signing_key_removed', kid: 'old' },
  ])
})

test('of keys that are taken back the log says why', async () => {
  const store = await filled()
  await revokeSigningKeys({ store: recordedStore(store, { by: eve, keys: [], now }), secrets, now })

  const reasons = (await left(store)).flatMap(({ act }) => (act.type === 'signing_key_published' ? [act.reason] : []))
  assert.deepEqual(reasons, ['compromised'])
})

async function left(store: ProgramStore): Promise<AuditRecord[]> {
  return (await store.list('audit', 'all', 'all')).map(({ value }) => value)
}

function typesOf(records: readonly AuditRecord[]): string[] {
  return records.map(({ act }) => act.type.replace('signing_key_', '')).sort()
}

async function copyOf(store: ProgramStore): Promise<string> {
  const kept = await Promise.all([
    store.get('keyRing', 'ring'),
    store.get('account', 'a1'),
    store.get('account', 'a2'),
    store.list('grant', 'subject', 'a1'),
    store.list('consent', 'subject', 'a1'),
    store.list('consent', 'client', 'documented'),
    store.list('client', 'state', 'kept'),
    ...(['owner', 'invitation', 'reset'] as const).map((purpose) => store.list('link', 'purpose', purpose)),
  ])
  return JSON.stringify(kept)
}

/** Two people, one disabled; a client with a secret, and one that stands in a configuration; grants, consents, keys. */
async function filled(): Promise<ProgramStore> {
  const store = memoryStore<ProgramKinds>({ now })
  await rotateSigningKey({ store, secrets, now })
  const ring = await store.get('keyRing', 'ring')
  const [key] = ring?.value.keys ?? []
  assert.ok(ring !== undefined && key !== undefined)
  const { kid: _, encryptedPrivateKey: __, ...rest } = key
  const retired = [{ ...rest, kid: 'old', secretId: 'k1', publishedUntil: at + 1 }]
  const account = { role: 'member' as const, createdAt: at, sessionEpoch: 0 }
  const made = await createClient({ redirectUris }, { store, now })
  const client = await store.get('client', made.client.clientId)
  assert.ok(client !== undefined)
  const grant = (id: string, clientId: string) => ({
    kind: 'grant' as const,
    id,
    version: 'absent' as const,
    value: {
      ...{ clientId, subject: 'a1', scope: ['notes:read'], resource: 'https://mcp.example/mcp', issuedAt: at },
      ...{ generation: 1, rotatedAt: at, keyId: 'k1', seed: 'seed' },
    },
    expiresAt: at + 600,
    index: { subject: 'a1', client: clientId },
  })
  const consent = {
    ...{ subject: 'a1', clientId: 'agent', destination: 'client.example', resource: 'https://mcp.example/mcp' },
    ...{ scopes: [{ token: 'notes:read', until: at + 600 }], redirectUris: 'hash', consentedAt: at },
  }
  const written = await store.commit([
    { kind: 'keyRing', id: 'ring', version: ring.version, value: { ...ring.value, retired } },
    { kind: 'account', id: 'a1', version: 'absent', value: { ...account, userName: 'ada' }, index: { all: 'all' } },
    { kind: 'userName', id: 'ada', version: 'absent', value: { accountId: 'a1' } },
    {
      ...{ kind: 'account', id: 'a2', version: 'absent', index: { all: 'all' } },
      value: { ...account, userName: 'bob', disabledAt: at },
    },
    { kind: 'userName', id: 'bob', version: 'absent', value: { accountId: 'a2' } },
    { kind: 'client', id: 'agent', version: 'absent', value: client.value, index: { state: 'kept' } },
    grant('g1', 'agent'),
    grant('g2', 'agent'),
    grant('g3', 'static'),
    {
      ...{ kind: 'consent', id: 'c1', version: 'absent', value: consent, expiresAt: at + 600 },
      index: { subject: 'a1', client: 'agent' },
    },
    ...['a3', 'a4'].map((subject) => ({
      ...{ kind: 'consent' as const, id: `of ${subject}`, version: 'absent' as const, expiresAt: at + 600 },
      value: { ...consent, subject, clientId: 'documented' },
      index: { subject, client: 'documented' },
    })),
  ])
  assert.ok(written)
  return store
}
