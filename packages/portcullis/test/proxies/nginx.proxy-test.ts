import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { freePort, Person, startProgram, startUpstream } from '../running-program.ts'
import { startProxy } from './proxy.ts'
import { documented, startTlsProxy } from './tls-proxy.ts'
import { proveWholeWayBehind, publicUrl } from './whole-way-behind.ts'

/** Real nginx with TLS, configured as docs/deploy.md says to the letter: ports and files alone are this machine's. Needs nginx and openssl. */
function startNginx(t: TestContext, portcullis: string): Promise<typeof fetch> {
  return startTlsProxy(t, 'nginx', ({ folder, port, certificate, key }) =>
    configuredIn(
      folder,
      documented('nginx', {
        'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
        '/etc/ssl/mcp.example.com.pem': certificate,
        '/etc/ssl/mcp.example.com.key': key,
        '127.0.0.1:7080': portcullis,
      }),
    ),
  )
}

/** Writes a whole configuration around `servers`, and returns the arguments by which nginx reads it. */
function configuredIn(folder: string, servers: string): string[] {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${paths}\n${servers}\n}\n`,
  )
  return ['-p', folder, '-c', file]
}

test('law 1: behind nginx with TLS, as docs/deploy.md says: sign-in, tokens, calls and streams, all at the public URL', (t) =>
  proveWholeWayBehind(t, startNginx))

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
  const click = (origin: string) =>
    person.open(`${origin}/account/dev-sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: program.origin },
      body: 'user=alice',
    })
  const keepingPort = await freePort()
  const { port } = await startProxy(t, 'nginx', (place) =>
    configuredIn(
      place.folder,
      `server { listen 127.0.0.1:${place.port}; location / { proxy_pass ${program.origin}; } }
       server { listen 127.0.0.1:${keepingPort}; location / { proxy_pass ${program.origin}; proxy_http_version 1.1; proxy_set_header Connection ""; } }`,
    ),
  )

  const statuses = []
  for (const origin of [`http://127.0.0.1:${port}`, `http://127.0.0.1:${keepingPort}`, program.origin])
    statuses.push((await click(origin)).status)

  assert.deepEqual(statuses, [403, 403, 303])
})
