import type { Codes } from './codes.ts'
import type { Job, Outcome } from './load/jobs.ts'
import type { Load } from './load/load.ts'
import { requestBytes, requestHead } from './load/request.ts'
import { clientMetadata, exchange, exchangeBody, type OAuthClient } from './oauth-client.ts'
import type { Server } from './program.ts'

/** What clients have authorization servers do, and what it costs them. */
export const operations = ['registration', 'code exchange', 'refresh', 'metadata'] as const
export type Operation = (typeof operations)[number]

export const connections = 16

export interface Sample {
  /** Microseconds of CPU per operation. */
  cpu: number
  perSecond: number
}

/** A server under test, and a client that has registered with it and signed in. */
export interface Subject {
  name: string
  server: Server
  client: OAuthClient
  /** So many codes that were not exchanged yet. */
  codes: Codes
}

export async function measure(
  operation: Operation,
  subject: Subject,
  { load, batch }: { load: Load; batch: number },
): Promise<Sample> {
  const { server } = subject
  const job = await prepare(operation, subject, { load, batch })
  const before = server.cpu()
  const outcome: Outcome = await load.run(job)
  return { cpu: (server.cpu() - before) / outcome.operations, perSecond: outcome.operations / outcome.seconds }
}

/** Makes what the operation consumes, which is not measured. */
async function prepare(
  operation: Operation,
  { name: subject, server: { port }, client, codes }: Subject,
  { load, batch }: { load: Load; batch: number },
): Promise<Job> {
  const name = `${subject} ${operation}`
  const stop = { requests: batch }
  if (operation === 'refresh') {
    const tokens = await Promise.all((await codes(connections)).map((code) => exchange(client, code)))
    return {
      kind: 'refresh',
      name: `${name} ${performance.now()}`,
      port,
      head: requestHead({ method: 'POST', path: pathOf(client.tokenEndpoint), headers: formHeaders(port) }),
      clientId: client.clientId,
      tokens: tokens.map(({ refresh_token }) => refresh_token),
      stop,
    }
  }
  const requests =
    operation === 'code exchange' ? exchanges(client, port, await codes(batch)) : [simple[operation](client, port)]
  await load.run({ kind: 'keep', name, requests })
  return { kind: 'send', name, port, connections, stop }
}

function exchanges(client: OAuthClient, port: number, codes: readonly string[]): readonly Buffer[] {
  const headers = formHeaders(port)
  return codes.map((code) =>
    requestBytes({ method: 'POST', path: pathOf(client.tokenEndpoint), headers, body: exchangeBody(client, code) }),
  )
}

const simple = {
  registration: (client: OAuthClient, port: number) =>
    requestBytes({
      method: 'POST',
      path: pathOf(client.registrationEndpoint),
      headers: { Host: `127.0.0.1:${port}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(clientMetadata),
    }),
  metadata: (_: OAuthClient, port: number) =>
    requestBytes({
      method: 'GET',
      path: '/.well-known/openid-configuration',
      headers: { Host: `127.0.0.1:${port}` },
    }),
} as const

function formHeaders(port: number) {
  return { Host: `127.0.0.1:${port}`, 'Content-Type': 'application/x-www-form-urlencoded' }
}

function pathOf(endpoint: string): string {
  return new URL(endpoint).pathname
}
