import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import { type Place, startProxy } from './proxy.ts'

/** What a proxy with TLS is configured with. */
export interface Surroundings extends Place {
  certificate: string
  key: string
}

/**
 * Starts a real proxy for `https://mcp.example.com` until the test ends. `configure` writes its configuration and returns the arguments.
 * Resolves to a `fetch` that reaches it as DNS would say, and trusts the certificate of this run.
 */
export async function startTlsProxy(
  t: TestContext,
  program: 'nginx' | 'caddy',
  configure: (surroundings: Surroundings) => string[],
): Promise<typeof fetch> {
  const { folder, port } = await startProxy(t, program, (place) =>
    configure({ ...place, ...makeCertificate(place.folder) }),
  )
  return fetchThrough(port, readFileSync(filesIn(folder).certificate))
}

/** The configuration that docs/deploy.md shows for a proxy, with what is of this machine in its place. */
export function documented(proxy: 'nginx' | 'caddy', replacements: Record<string, string>): string {
  const page = readFileSync(new URL('../../../../docs/deploy.md', import.meta.url), 'utf8')
  const shown = new RegExp(`<!-- test: ${proxy} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1]
  assert.ok(shown, `docs/deploy.md has no configuration of ${proxy} to test`)
  return Object.entries(replacements).reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `the configuration of ${proxy} in docs/deploy.md has no "${from}"`)
    return text.replace(from, to)
  }, shown)
}

function makeCertificate(folder: string): { certificate: string; key: string } {
  const { certificate, key } = filesIn(folder)
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const name = ['-subj', '/CN=mcp.example.com', '-addext', 'subjectAltName=DNS:mcp.example.com']
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-nodes', '-days', '1', ...name, '-keyout', key, '-out', certificate],
    { stdio: 'ignore' },
  )
  return { certificate, key }
}

function filesIn(folder: string): { certificate: string; key: string } {
  return { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
}

function fetchThrough(port: number, ca: Buffer): typeof fetch {
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
