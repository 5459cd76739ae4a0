import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { documented, startTlsProxy } from './tls-proxy.ts'
import { proveWholeWayBehind } from './whole-way-behind.ts'

/**
 * Real Caddy with TLS, configured as docs/deploy.md says: the port and the certificate alone are this machine's, since nobody issues one for
 * mcp.example.com. Needs caddy and openssl.
 */
function startCaddy(t: TestContext, portcullis: string): Promise<typeof fetch> {
  return startTlsProxy(t, 'caddy', ({ folder, port, certificate, key }) => {
    const site = documented('caddy', {
      'mcp.example.com {': `mcp.example.com:${port} {\n  bind 127.0.0.1\n  tls ${certificate} ${key}`,
      '127.0.0.1:7080': portcullis,
    })
    const file = join(folder, 'Caddyfile')
    writeFileSync(file, `{\n  admin off\n  auto_https disable_redirects\n}\n${site}`)
    return ['run', '--adapter', 'caddyfile', '--config', file]
  })
}

test('law 1: behind Caddy with TLS, as docs/deploy.md says: sign-in, tokens, calls and streams, all at the public URL', (t) =>
  proveWholeWayBehind(t, startCaddy))
