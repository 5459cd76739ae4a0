import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import type { TestContext } from 'node:test'
import { createResourceServer } from '@portcullis/auth'
import { type Io, run } from 'portcullis'

export const resource = 'http://127.0.0.1:3000/mcp'

export interface RunningDev {
  origin: string
  /** What the line at the start says. */
  started: Readonly<Record<string, string>>
}

/** `portcullis dev`, until the test ends. */
export function startDev(t: TestContext, ...argv: string[]): Promise<RunningDev> {
  return startDevIn(t, {}, ...argv)
}

export async function startDevIn(
  t: TestContext,
  { environment = {}, isTTY = false }: { environment?: Record<string, string>; isTTY?: boolean },
  ...argv: string[]
): Promise<RunningDev> {
  const signals = new EventEmitter()
  const lines = new EventEmitter()
  let output = ''
  const write = (text: string) => {
    output += text
    lines.emit('text')
  }
  const io: Io = { stdout: { write, isTTY }, stderr: { write }, environment, folder: '.', signals, exit: () => {} }
  const done = run(['dev', '--port', '0', '--resource', resource, ...argv], io)
  t.after(async () => {
    signals.emit('SIGTERM')
    assert.equal(await done, 0)
  })
  while (!output.includes('\n')) await once(lines, 'text')
  const started = JSON.parse(output.split('\n')[0] ?? '')
  return { origin: started.issuer, started }
}

/** What a server elsewhere, which knows the issuer alone, says of a token. */
export async function statusAtServer(origin: string, token: string): Promise<number> {
  const server = createResourceServer({ resource, authorizationServers: [origin] })
  const headers = { authorization: `Bearer ${token}`, host: '127.0.0.1:3000' }
  const result = await server.authenticate(new Request(resource, { method: 'POST', headers }))
  return result instanceof Response ? result.status : 200
}

/** What `/dev/token` answers. */
export async function token(origin: string, form: Record<string, string> = {}): Promise<Record<string, string>> {
  const response = await fetch(`${origin}/dev/token`, { method: 'POST', body: new URLSearchParams(form) })
  return response.json()
}
