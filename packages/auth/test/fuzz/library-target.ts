import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionEvent } from '@portcullis/auth'
import {
  type AuthorizationServer,
  type AuthorizationServerKinds,
  createAuthorizationServer,
  type FetchedDocument,
  type Store,
} from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { alice, resource } from '../world.ts'
import { giver, reader } from './given.ts'
import { heapInUse } from './heap.ts'
import type { SentRequest } from './request.ts'
import type { Answer, Target } from './target.ts'

export interface Library {
  as: AuthorizationServer
  troubles: string[]
  close(): Promise<void>
}

/**
 * An authorization server that limits nobody, so that each request comes to its end. `isLasting`: what it keeps is in a file, so that its heap does
 * not grow by what it ought to keep.
 */
export async function createLibrary(issuer: string, { isLasting }: { isLasting: boolean }): Promise<Library> {
  const troubles: string[] = []
  const { store, close } = isLasting
    ? await fileStore()
    : { store: memoryStore<AuthorizationServerKinds>(), close: async () => {} }
  const onEvent = (event: ConnectionEvent) => {
    if (event.type === 'failure')
      troubles.push(`${event.operation}: ${event.cause instanceof Error ? event.cause.stack : event.cause}`)
  }
  const as = createAuthorizationServer({
    issuer,
    resources: [
      {
        resource,
        name: 'Notes',
        scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Write notes', 'notes:delete': 'Delete notes' },
        defaultScopes: ['notes:read', 'notes:write'],
      },
    ],
    store,
    secrets: [{ id: 'k1', secret: new Uint8Array(32).fill(7) }],
    interaction: {
      signedIn: async (request) =>
        request.headers.get('cookie')?.includes('who=alice') ? { ...alice, authTime: seconds() } : undefined,
      signIn: async () =>
        new Response(undefined, {
          status: 303,
          headers: { location: '/account/sign-in', 'cache-control': 'no-store' },
        }),
    },
    clientDocuments: { dangerouslyUnguardedFetch: fetchDocument },
    consentLifetime: 0, // so that each code has a form that was allowed
    pushedRequests: {},
    deviceAuthorization: {},
    revocationReaders: [reader],
    registrationLimit: 1e9,
    refusalLimit: 1e9,
    onEvent,
  })
  await as.ready()
  return { as, troubles, close }
}

async function fileStore() {
  const { sqliteStore } = await import('@portcullis/auth/stores/sqlite') // not on every Node that the library runs on
  const memoryDisk = '/dev/shm'
  const folder = mkdtempSync(join(existsSync(memoryDisk) ? memoryDisk : tmpdir(), 'portcullis-fuzz-'))
  const store = sqliteStore<AuthorizationServerKinds>({ path: join(folder, 'store.db') })
  const close = async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  }
  return { store: store as Store<AuthorizationServerKinds>, close }
}

async function fetchDocument(url: string): Promise<FetchedDocument> {
  if (!url.endsWith('.json')) return { kind: 'failure', reason: 'unreachable', detail: 'no connection' }
  const document = { client_id: url, client_name: 'D', redirect_uris: ['https://client.example/callback'] }
  return {
    kind: 'answer',
    status: 200,
    header: (name) => (name === 'content-type' ? 'application/json' : undefined),
    text: JSON.stringify({ ...document, token_endpoint_auth_method: 'none' }),
  }
}

/** The library, asked by `fetch`. */
export async function libraryTarget({ isLasting }: { isLasting: boolean }): Promise<Target> {
  const issuer = 'https://auth.example'
  const { as, troubles, close } = await createLibrary(issuer, { isLasting })
  return {
    name: 'library',
    issuer,
    async send(sent) {
      const request = requestOf(sent, issuer)
      return request === undefined ? undefined : answerOf(await as.fetch(request, { clientAddress: '192.0.2.1' }))
    },
    give: giver((path, init) => as.fetch(new Request(new URL(path, issuer), init)), { issuer, cookie: 'who=alice' }),
    troubles: () => troubles.splice(0),
    heap: async () => heapInUse(),
    close,
  }
}

function requestOf({ method, target, headers, body }: SentRequest, origin: string): Request | undefined {
  const hasBody = !/^(GET|HEAD)$/i.test(method)
  try {
    return new Request(origin + target, {
      method,
      headers: headers.map(([name, value]) => [name, value] as [string, string]),
      ...(hasBody && body && { body }),
    })
  } catch {
    return undefined
  }
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, text: await response.text() }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
