import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { Browser } from './browser.ts'
import { startPortal } from './scene.ts'

test('folio-mcp signs in by itself, once, and keeps its tokens where nobody else reads them', async (t) => {
  let ahead = 0
  const { origin } = await startPortal(t, () => ({ now: () => Math.floor(Date.now() / 1000) + ahead }))
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const home = temporaryFolder(t)

  const first = startCommand(t, { origin, home })
  const initialized = first.initialize()
  await answerPage(browser, await first.page())
  const { result } = await initialized
  const called = await first.call('read_portfolio')
  await first.end()
  const second = startCommand(t, { origin, home })
  await second.initialize()
  const again = await second.call('whoami')
  ahead = 3600
  const afterItExpired = await second.call('whoami')
  await second.end()

  assert.equal(result?.serverInfo?.name, 'folio')
  assert.match(textOf(called), /BHP\.AX: 120/)
  assert.match(textOf(again), /You are ada/)
  assert.match(textOf(afterItExpired), /You are ada/)
  assert.equal(second.opened(), 0)
  const file = join(home, 'credentials.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(home).mode & 0o077, 0)
  const kept = JSON.parse(readFileSync(file, 'utf8'))[`${origin}/mcp`]
  assert.ok(!first.written().includes(kept.tokens.refresh_token))
})

test('folio-mcp asks again when a tool needs more, and the call then succeeds', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const command = startCommand(t, { origin, home: temporaryFolder(t) })
  const initialized = command.initialize()
  await answerPage(browser, await command.page())
  await initialized

  const change = command.call('set_holding', { symbol: 'CBA.AX', units: 2 })
  const page = await command.page()
  await answerPage(browser, page)

  assert.match(new URL(page).searchParams.get('scope') ?? '', /portfolio:write/)
  assert.match(textOf(await change), /You hold 2 CBA\.AX/)
})

test('folio-mcp shows one page where many calls find out at once that somebody must sign in', async (t) => {
  const { origin } = await startPortal(t)
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const command = startCommand(t, { origin, home: temporaryFolder(t) })

  const calls = ['whoami', 'read_portfolio', 'whoami'].map((name) => command.call(name))
  await answerPage(browser, await command.page())
  const answers = await Promise.all(calls)

  assert.equal(command.opened(), 1)
  assert.match(textOf(answers[1]), /BHP\.AX: 120/)
})

test('folio-mcp tells whoever called that nobody was allowed in, and takes no answer that it did not ask for', async (t) => {
  const { origin } = await startPortal(t)
  const command = startCommand(t, { origin, home: temporaryFolder(t) })
  const initialized = command.initialize()
  const page = new URL(await command.page())
  const callback = page.searchParams.get('redirect_uri') ?? ''

  const forged = await fetch(`${callback}?${new URLSearchParams({ code: 'stolen', state: 'guessed', iss: origin })}`)
  const state = page.searchParams.get('state') ?? ''
  const denied = await fetch(`${callback}?${new URLSearchParams({ error: 'access_denied', state, iss: origin })}`)
  const { error } = await initialized

  assert.deepEqual([forged.status, denied.status], [404, 200])
  assert.match(error?.message ?? '', /You did not allow it/)
})

test('folio-mcp opens pages alone, whatever a server has it open to sign in', { timeout: 20_000 }, async (t) => {
  const server = createServer((req, res) => {
    const origin = `http://${req.headers.host}`
    if (req.url === '/mcp') return res.writeHead(401).end()
    if (req.url === '/register')
      return res.writeHead(201, { 'content-type': 'application/json' }).end('{"client_id":"c","redirect_uris":[]}')
    if (!req.url?.startsWith('/.well-known/oauth-authorization-server')) return res.writeHead(404).end()
    const metadata = {
      issuer: origin,
      authorization_endpoint: 'file:///usr/bin/calculator',
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    }
    return res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo // of a server that listens at a port
  const command = startCommand(t, { origin: `http://127.0.0.1:${port}`, home: temporaryFolder(t) })

  const { error } = await command.initialize()

  assert.match(error?.message ?? '', /wants file: opened, which is no page/)
  assert.equal(command.opened(), 0)
})

test('folio-mcp takes a dev link, and then nobody signs in', async (t) => {
  const { origin } = await startPortal(t, () => ({ hasDevLinks: true }))
  const browser = new Browser(origin)
  await browser.signIn('ada')
  const page = await (await browser.post('/dev-links', { hours: '1' })).text()
  const [url = ''] = /http:[^<]*\/mcp\/dev\/[\w-]{43}/.exec(page) ?? []
  const command = startCommand(t, { origin, home: temporaryFolder(t), url })

  await command.initialize()
  const called = await command.call('whoami')

  assert.match(textOf(called), /You are ada/)
  assert.equal(command.opened(), 0)
  assert.equal(command.written(), '')
})

test('folio-mcp says who does not answer', async (t) => {
  const command = startCommand(t, { origin: 'http://localhost:1', home: temporaryFolder(t) })

  const { error } = await command.initialize()

  assert.match(error?.message ?? '', /^http:\/\/localhost:1 does not answer.*: is the portal running\?$/)
})

for (const [what, url, said] of [
  ['sends no token over a network unencrypted', 'http://folio.example/mcp', /^folio-mcp: .* is not https/],
  ['says of an address that is none what one is', 'localhost', /^folio-mcp: "localhost" is no URL, such as http/],
] as const)
  test(`folio-mcp ${what}`, async (t) => {
    const child = spawn(process.execPath, [program, url], { env: { FOLIO_HOME: temporaryFolder(t) } })
    let written = ''
    child.stderr.on('data', (text) => {
      written += text
    })

    const [code] = await once(child, 'close')

    assert.equal(code, 1)
    assert.match(written, said)
  })

const program = join(import.meta.dirname, '..', 'src', 'connect', 'folio-mcp.ts')

interface Answer {
  id?: number
  result?: { content?: { text?: string }[]; serverInfo?: { name: string } }
  error?: { message: string }
}

function startCommand(
  t: TestContext,
  { origin, home, url = `${origin}/mcp` }: { origin: string; home: string; url?: string },
) {
  const folder = temporaryFolder(t)
  const journal = join(folder, 'opened')
  writeFileSync(journal, '')
  const browser = join(folder, 'browser')
  writeFileSync(browser, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${journal}'\n`)
  chmodSync(browser, 0o755)
  const child = spawn(process.execPath, [program, url], {
    env: { FOLIO_HOME: home, BROWSER: browser, PATH: '/usr/bin:/bin' },
  })
  t.after(() => end(child))
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text
  })
  const answers = new Map<number, (answer: Answer) => void>()
  createInterface(child.stdout).on('line', (line) => {
    const answer = JSON.parse(line) as Answer
    answers.get(answer.id ?? 0)?.(answer)
  })
  let lastId = 0
  let taken = 0
  const pages = () => readFileSync(journal, 'utf8').split('\n').slice(0, -1)

  function request(method: string, params: object): Promise<Answer> {
    const id = ++lastId
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    return new Promise((resolve) => answers.set(id, resolve))
  }

  return {
    async initialize(): Promise<Answer> {
      const clientInfo = { name: 'test', version: '1' }
      const answer = await request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
      return answer
    },
    call: (name: string, given: object = {}) => request('tools/call', { name, arguments: given }),
    /** The next page that it shows; rejects after a while. */
    async page(): Promise<string> {
      const watcher = watch(journal)
      const signal = AbortSignal.timeout(20_000)
      try {
        while (pages().length <= taken) await once(watcher, 'change', { signal })
      } catch (cause) {
        throw new Error(`It shows no page: ${errors}`, { cause })
      } finally {
        watcher.close()
      }
      return pages()[taken++] ?? ''
    },
    opened: () => pages().length,
    written: () => errors,
    end: () => end(child),
  }
}

/** The person says yes, and the browser goes to where it is sent. */
async function answerPage(browser: Browser, page: string): Promise<void> {
  const landed = await browser.allow(page)
  const { status } = await fetch(landed)
  assert.equal(status, 200)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.stdin?.end()
  const [code] = await once(child, 'close')
  assert.equal(code, 0)
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'folio-mcp-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function textOf(answer: Answer | undefined): string {
  return answer?.result?.content?.map(({ text }) => text ?? '').join('') ?? JSON.stringify(answer)
}
