import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { connect, freePort, Person, startProgram, startUpstream } from '../running-program.ts'

/** Real nginx with TLS, configured as docs/deploy.md says to the letter: ports and files alone are this machine's. Needs nginx and openssl. */
const publicUrl = 'https://mcp.example.com/mcp'

async function startNginx(t: TestContext, portcullisPort: string): Promise<typeof fetch> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-nginx-'))
  const port = await freePort()
  const certificate = join(folder, 'certificate.pem')
  const key = join(folder, 'key.pem')
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=mcp.example.com',
      '-addext',
      'subjectAltName=DNS:mcp.example.com',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  )
  const documented = /<!-- test: nginx -->\n```nginx\n([\s\S]*?)```/.exec(
    readFileSync(new URL('../../../../docs/deploy.md', import.meta.url), 'utf8'),
  )?.[1]
  assert.ok(documented, 'docs/deploy.md has no nginx configuration to test')
  const server = documented
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('/etc/ssl/mcp.example.com.pem', certificate)
    .replace('/etc/ssl/mcp.example.com.key', key)
    .replace('127.0.0.1:7080', `127.0.0.1:${portcullisPort}`)
  await runNginx(t, { folder, server, port })
  const ca = readFileSync(certificate)
  // Reaches the public URL at this machine, as DNS would say, and trusts the certificate of this run.
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(String(input))
      const headers = Object.fromEntries(new Headers(init.headers))
      const req = request(
        {
          host: '127.0.0.1',
          port,
          servername: url.hostname,
          ca,
          path: url.pathname + url.search,
          method: init.method ?? 'GET',
          headers: { ...headers, host: url.host },
        },
        (res) => {
          const pairs = Object.entries(res.headersDistinct).flatMap(([name, values]) =>
            (values ?? []).map((value): [string, string] => [name, value]),
          )
          const hasBody = res.statusCode !== 204 && res.statusCode !== 304
          resolve(
            new Response(hasBody ? (Readable.toWeb(res) as ReadableStream<Uint8Array>) : null, {
              status: res.statusCode ?? 0,
              headers: pairs,
            }),
          ) // node's stream types differ in name alone
        },
      )
      req.on('error', reject)
      req.end(init.body)
    })
}

async function runNginx(
  t: TestContext,
  { folder, server, port }: { folder: string; server: string; port: number },
): Promise<void> {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${paths}\n${server}\n}\n`,
  )
  const nginx = spawn('nginx', ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  nginx.stderr.on('data', (chunk) => (complaint += chunk))
  nginx.on('error', (error) => (complaint += `${error.message}: install nginx to run this test`))
  t.after(async () => {
    const exited = new Promise((resolve) => nginx.on('exit', resolve))
    nginx.kill('SIGTERM') // its workers end with it
    await exited
    rmSync(folder, { recursive: true, force: true })
  })
  await untilConnectable(port, () => complaint)
}

async function untilConnectable(port: number, complaint: () => string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const connected = await new Promise<boolean>((resolve) => {
      const socket = connectTcp(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (connected) return
    await new Promise((resolve) => setTimeout(resolve, 50)) // nginx says nothing when it is ready
  }
  throw new Error(`nginx does not answer: ${complaint()}`)
}

test('law 1: behind nginx with TLS, as docs/deploy.md says: sign-in, tokens, calls and streams, all at the public URL', async (t) => {
  let finish = () => {}
  const upstream = await startUpstream(t, (req, res) => {
    if (req.method !== 'GET') {
      const told = {
        address: req.headers['x-forwarded-for'],
        host: req.headers['x-forwarded-host'],
        proto: req.headers['x-forwarded-proto'],
      }
      res.setHeader('content-type', 'application/json').end(JSON.stringify(told))
      return
    }
    res.setHeader('content-type', 'text/event-stream').write('data: first\n\n')
    finish = () => res.end('data: last\n\n')
  })
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`, '--public-url', publicUrl],
    settings: 'trustedProxies: [127.0.0.1]',
    environment: { PORTCULLIS_SECRET: 'secret-0123456789-0123456789-0123456789' },
  })
  const send = await startNginx(t, new URL(program.origin).port)
  const person = new Person('https://mcp.example.com', send)

  const challenged = await send(publicUrl, { method: 'POST' })
  await person.becomeOwner(program)
  const { accessToken } = await connect(person, { resource: publicUrl, send })
  const authorization = `Bearer ${accessToken}`
  const called = await send(publicUrl, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  })
  const stream = await send(publicUrl, { headers: { authorization, accept: 'text/event-stream' } })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  const first = await reader?.read()
  finish()
  const last = await reader?.read()

  assert.equal(
    challenged.headers.get('www-authenticate'),
    'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="mcp"',
  )
  assert.match(person.cookies, /^__Host-portcullis=/)
  assert.deepEqual(
    [called.status, await called.json()],
    [200, { address: '127.0.0.1', host: 'mcp.example.com', proto: 'https' }],
  )
  assert.deepEqual([first?.value, last?.value], ['data: first\n\n', 'data: last\n\n'])
})

test('law 1: behind a proxy that does not pass the host on, the answer is 403 and the log says what to do', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`, '--public-url', publicUrl] })

  const response = await fetch(`${program.origin}/mcp`, { method: 'POST' })

  assert.equal(response.status, 403)
  assert.ok(program.log().some(({ event, msg }) => event === 'host_rejected' && /allowedHosts/.test(String(msg))))
})

test('law 10: a bare proxy_pass brings dev sign-in to nobody elsewhere, whatever they send', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`, '--dev'] })
  const person = new Person(program.origin)
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-nginx-'))
  const click = (origin: string) =>
    person.open(`${origin}/account/dev-sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: program.origin },
      body: 'user=alice',
    })
  const port = await freePort()
  const keepingPort = await freePort()
  const server = `
    server { listen 127.0.0.1:${port}; location / { proxy_pass ${program.origin}; } }
    server { listen 127.0.0.1:${keepingPort}; location / { proxy_pass ${program.origin}; proxy_http_version 1.1; proxy_set_header Connection ""; } }`
  await runNginx(t, { folder, server, port })

  const statuses = []
  for (const origin of [`http://127.0.0.1:${port}`, `http://127.0.0.1:${keepingPort}`, program.origin])
    statuses.push((await click(origin)).status)

  assert.deepEqual(statuses, [403, 403, 303])
})
