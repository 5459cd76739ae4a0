import { once } from 'node:events'
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { nodeListener } from '@portcullis/auth/node'
import { createTestAuthorizationServer, type TestAuthorizationServer } from '@portcullis/auth/testing'
import { freePort } from './program.ts'

/** The authorization server that is asked before and, in some moves, afterwards: anybody signs in there by name. */
export async function startIssuer(t: TestContext, resource: string): Promise<TestAuthorizationServer> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const authority = createTestAuthorizationServer({ resource, issuer, scopes: { 'notes:read': 'Read your notes' } })
  const server = createServer(nodeListener(authority, { origin: issuer })).listen(port, '127.0.0.1')
  t.after(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return authority
}
