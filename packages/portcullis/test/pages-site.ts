import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { createAccounts } from '../src/accounts/create-accounts.ts'
import type { AccountEvent } from '../src/accounts/events.ts'
import { issueLink, linkPaths } from '../src/accounts/links.ts'
import { createPasswordHasher } from '../src/accounts/password.ts'
import { createMailer } from '../src/mail/mailer.ts'
import { noticeEvent, type Post } from '../src/mail/post.ts'
import type { Message } from '../src/mail/smtp.ts'
import { runInRequest } from '../src/operations/request-context.ts'
import type { PagesContext } from '../src/pages/context.ts'
import { createPages } from '../src/pages/pages.ts'
import type { ProgramKinds } from '../src/store/records.ts'

export const origin = 'https://mcp.example'
export const password = 'four quiet words here'

export interface Connection {
  peerAddress: string | undefined
  localAddress: string | undefined
}

export interface Sending {
  headers?: Record<string, string>
  clientAddress?: string
  connection?: Connection
}

/** The pages of accounts over a store in memory, and browsers that keep their cookies. */
export async function newSite(
  limits: { signInsPerAccount?: number; signInsPerAddress?: number } = {},
  queue: { concurrency?: number; waiting?: number } = {},
  {
    origin: at = origin,
    dev = false,
    mail = false,
    passwords: arePasswordsOn = true,
  }: { origin?: string; dev?: boolean; mail?: boolean; passwords?: boolean } = {},
) {
  const clock = { now: 1_800_000_000 }
  const now = () => clock.now
  const store = memoryStore<ProgramKinds>({ now })
  const passwords = createPasswordHasher({ cost: 16, ...queue })
  const configuration = {
    issuer: at,
    dev,
    limits: { signInsPerAccount: 1000, signInsPerAddress: 1000, ...limits },
    lifetimes: { session: 14 * 86_400, proof: 600 },
    passwords: arePasswordsOn,
  } as unknown as Parameters<typeof createAccounts>[0]['configuration'] // only these settings are read
  const { context } = createAccounts({ configuration, store, challengeKeys: [randomBytes(32)], passwords, now })
  const events: AccountEvent[] = []
  const ended: string[] = []
  const publicUrl = `${at}/mcp`
  const mcpServers = [{ name: 'Notes', publicUrl, served: [publicUrl] }] as const
  const server: PagesContext['server'] = { name: 'Notes', mcpServers }
  const endGrant = async (grantId: string) => ended.push(grantId) > 0
  const endGrants = async (subject: string) => {
    const grants = await store.list('grant', 'subject', subject)
    await store.commit(grants.map(({ id, version }) => ({ kind: 'grant', id, version, value: undefined })))
    return grants.length
  }
  const withdrawn: { subject: string; clientId: string }[] = []
  const revokeConsents = async (what: { subject: string; clientId: string }) => withdrawn.push(what)
  const messages: Message[] = []
  const making: Promise<unknown>[] = []
  const mailer = createMailer({
    async deliver(message) {
      messages.push(message)
    },
    onEvent: (event) => events.push(event),
  })
  const post: Post = {
    site: { name: 'Notes', origin: at },
    mailer: {
      ...mailer,
      send({ make, ...job }) {
        const made = Promise.withResolvers<unknown>()
        making.push(made.promise)
        mailer.send({
          ...job,
          make: () => {
            const message = make()
            made.resolve(message)
            return message
          },
        })
      },
    },
  }
  const pages = createPages({
    accounts: context,
    server,
    clients: {},
    endGrant,
    endGrants,
    revokeConsents,
    ...(mail && { post }),
    onEvent(event) {
      events.push(event)
      if (mail) noticeEvent(event, { ...post, store, now })
    },
  })

  function browser(cookie?: string) {
    const others = new Map<string, string>()
    const send = async (
      path: string,
      init: RequestInit,
      { headers = {}, clientAddress = '192.0.2.1', connection }: Sending,
    ) => {
      const request = new Request(at + path, {
        ...init,
        headers: { ...init.headers, ...headers, cookie: [self.cookie ?? [], ...others.values()].flat().join('; ') },
      })
      const answer = () => pages.fetch(request, { clientAddress })
      const response =
        connection === undefined
          ? await answer()
          : await runInRequest({ requestId: 'r1', clientAddress, httpVersion: '1.1', ...connection }, answer)
      for (const set of response.headers.getSetCookie()) {
        const [pair = ''] = set.split(';')
        const [name = ''] = pair.split('=')
        if (name.endsWith('-browser')) others.set(name, pair)
        else self.cookie = pair
      }
      return response
    }
    const self = {
      cookie,
      get: (path: string, sending: Sending = {}) => send(path, {}, sending),
      post: (path: string, fields: Record<string, string>, sending: Sending = {}) =>
        send(path, { method: 'POST', body: new URLSearchParams(fields) }, { headers: { origin: at }, ...sending }),
      /** A form that begins to come when it is read; `meanwhile` happens before all of it has come. */
      postSlowly(path: string, fields: Record<string, string>, meanwhile: () => Promise<unknown>) {
        const text = Buffer.from(new URLSearchParams(fields).toString())
        const source: UnderlyingDefaultSource<Uint8Array> = {
          async pull(controller) {
            await meanwhile()
            controller.enqueue(text)
            controller.close()
          },
        }
        const body = new ReadableStream(source, { highWaterMark: 0 })
        const type = 'application/x-www-form-urlencoded'
        const headers = { origin: at, 'content-type': type, 'content-length': String(text.length) }
        const init = { method: 'POST', body, duplex: 'half' } // which the types of the web do not know
        return send(path, init, { headers })
      },
    }
    return self
  }

  const site = {
    clock,
    now,
    store,
    pages,
    events,
    ended,
    withdrawn,
    /** The messages that were sent so far, once all that is under way is. */
    async mailed() {
      while (making.length > 0) await making.shift()
      await new Promise((resolve) => setImmediate(resolve))
      return messages.splice(0)
    },
    browser,
    async link(purpose: 'owner' | 'invitation') {
      return (await issueLink({ store, now }, { purpose })).token
    },
    async account(userName: string, secret = password) {
      const token = await site.link('invitation')
      const answer = await browser().post(linkPaths.invitation, {
        token,
        user_name: userName,
        password: secret,
        again: secret,
      })
      assert.equal(answer.status, 303)
    },
    async signedIn(userName: string) {
      await site.account(userName)
      const signedIn = browser()
      await signedIn.post('/account/sign-in', { user_name: userName, password })
      return signedIn
    },
    async grant(id: string, subject: string, rotatedAt = 0) {
      const value = {
        clientId: 'c1',
        subject,
        scope: ['notes:read'],
        resource: `${at}/mcp`,
        redirectUri: 'http://localhost/cb',
        codeChallenge: 'x',
        authTime: 0,
        issuedAt: 0,
        generation: 1,
        rotatedAt,
        keyId: 'k',
        seed: 's',
      }
      await store.commit([{ kind: 'grant', id, version: 'absent', value, index: { subject, client: 'c1' } }])
    },
  }
  return site
}
