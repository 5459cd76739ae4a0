import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Io, run } from 'portcullis'

/** The program in an empty folder, started by its own command line, and everything it wrote. */
export interface RunningProgram {
  folder: string
  /** The origin at which it listens, which is also the issuer unless a public URL was given. */
  origin: string
  output(): string
  /** Lines of the log. */
  log(): Record<string, unknown>[]
  /** Resolves to the first line of the log with that message, written already or still to come. */
  line(message: RegExp): Promise<Record<string, unknown>>
  /** Runs another command on the same database. */
  command(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }>
  /** Tells it to stop, and waits until it has. Resolves to its exit code. */
  stop(): Promise<number>
}

/** What a test, or a file of tests, does at its end. */
export interface Ending {
  after(end: () => void): void
}

/** Listens on a free port of loopback until the test ends. Resolves to the origin. */
export async function startUpstream(t: Ending, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${portOf(server)}`
}

/**
 * A port that is free now, and that nobody else is given before it is used: below those that systems give themselves, and of each process its own.
 * `fetch` refuses some below 10,081.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 11_000 + (process.pid % 1_300) * 16 + (portsGiven++ % 16)
    if (await isFree(port)) return port
  }
}

let portsGiven = 0

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

export async function startProgram(
  t: TestContext,
  {
    argv,
    environment = {},
    settings = '',
  }: { argv: string[]; environment?: Record<string, string>; settings?: string },
): Promise<RunningProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-program-'))
  let stopping: Promise<number> | undefined
  let stop = async () => 0
  // Before it starts: where it does not, the folder goes all the same.
  t.after(async () => {
    if (stopping === undefined) await stop()
    rmSync(folder, { recursive: true })
  })
  const port = await freePort()
  writeFileSync(join(folder, 'portcullis.yaml'), settings.replaceAll('localhost:PORT', `localhost:${port}`))
  const signals = new EventEmitter()
  const lines = new EventEmitter()
  let output = ''
  const write = (text: string) => {
    output += text
    lines.emit('text')
  }
  const io = (out: (text: string) => void, err = out): Io => ({
    stdout: { write: out },
    stderr: { write: err },
    environment,
    folder,
    signals,
    exit: () => {},
  })
  const ended = run(['serve', '--port', String(port), ...argv], io(write))
  const listening = new Promise<void>((resolve, reject) => {
    lines.on('text', () => output.includes('stands in front of') && resolve())
    ended.then((code) => reject(new Error(`It ended with ${code}: ${output}`)))
  })
  ended.catch(() => {})
  await listening
  stop = () => {
    signals.emit('SIGTERM')
    stopping ??= ended
    return stopping
  }
  const log = () => output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
  return {
    folder,
    origin: `http://localhost:${port}`,
    output: () => output,
    log,
    line: (message) =>
      new Promise((resolve) => {
        const look = () => {
          const line = log().find(({ msg }) => message.test(String(msg)))
          if (line === undefined) return
          lines.off('text', look)
          resolve(line)
        }
        lines.on('text', look)
        look()
      }),
    stop,
    async command(...command) {
      let stdout = ''
      let stderr = ''
      const code = await run(
        command,
        io(
          (text) => (stdout += text),
          (text) => (stderr += text),
        ),
      )
      return { code, stdout, stderr }
    },
  }
}

/** A person with a browser: keeps cookies, posts forms as a page of ours would, follows nothing by itself. */
export class Person {
  readonly #origin: string
  readonly #send: typeof fetch
  #cookies = new Map<string, string>()

  /** `origin`: of the public URL. `send`: how requests reach it. Default: `fetch`. */
  constructor(origin: string, send: typeof fetch = fetch) {
    this.#origin = origin
    this.#send = send
  }

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.#cookies.size > 0) headers.set('cookie', this.cookies)
    const response = await this.#send(new URL(url, this.#origin), { redirect: 'manual', ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return response
  }

  /** Fills the form of a page that has these fields or buttons, and posts it as a browser would: with what is hidden in it, and the boxes that are ticked. */
  async submit(page: Response, fields: Record<string, string>): Promise<Response> {
    const text = await page.text()
    const forms = [...text.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)]
    const form = forms.find(([, , inside = '']) =>
      Object.keys(fields).every((name) => inside.includes(` name="${name}"`)),
    )
    assert.ok(form, `no form with ${Object.keys(fields).join(', ')} in ${text}`)
    const [, action = '', inside = ''] = form
    const inputs = [...inside.matchAll(/<input type="(hidden|checkbox)" name="([^"]*)" value="([^"]*)"( checked)?>/g)]
    const sent = inputs
      .filter(([, type, , , checked]) => type === 'hidden' || checked !== undefined)
      .map(([, , name = '', value = '']) => [unescapeHtml(name), unescapeHtml(value)])
    return this.open(unescapeHtml(action), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: this.#origin,
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams([...sent, ...Object.entries(fields)]).toString(),
    })
  }

  /** Makes the owner's account by the link that the first start left in a file. */
  async becomeOwner(
    program: RunningProgram,
    { userName = 'ada', password = 'correct horse battery' } = {},
  ): Promise<void> {
    const link = new URL(readFileSync(join(program.folder, 'portcullis.owner-link'), 'utf8').trim())
    const response = await this.submit(await this.open(link.pathname + link.search), {
      user_name: userName,
      password,
      again: password,
    })
    assert.equal(response.status, 303, await response.text())
  }
}

export interface ClientTokens {
  clientId: string
  grantId: string
  accessToken: string
  refreshToken: string
  scope: string
}

/** Registers a client at `origin` (default: that of the resource), asks for `scope`, lets the person allow it, and redeems the code. */
export async function connect(
  person: Person,
  {
    resource,
    scope,
    clientId: given,
    send = fetch,
    origin = new URL(resource).origin,
  }: { resource: string; scope?: string; clientId?: string; send?: typeof fetch; origin?: string },
): Promise<ClientTokens> {
  const redirectUri = 'http://127.0.0.1:3999/callback'
  const clientId = given ?? (await registered(origin, redirectUri, send))
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource,
    state: 'state-of-this-client',
    ...(scope !== undefined && { scope }),
  })
  const consented = await person.submit(await person.open(`/authorize?${query}`), { decision: 'allow' })
  const code = new URL(consented.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const answer = await send(`${origin}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: verifier,
      resource,
    }).toString(),
  })
  const tokens = await answer.json()
  assert.equal(answer.status, 200, JSON.stringify(tokens))
  return {
    clientId,
    grantId: code.split('.')[2] ?? '',
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    scope: tokens.scope,
  }
}

async function registered(origin: string, redirectUri: string, send: typeof fetch): Promise<string> {
  const answer = await send(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Test client',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    }),
  })
  return (await answer.json()).client_id
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port // a TCP server has no other kind of address
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
