import { result, said } from './expectations.ts'
import { clientId } from './issuer.ts'
import { scope } from './place.ts'

/** What a client sends with every message. */
export const ofMcp = [
  ['Content-Type', 'application/json'],
  ['Accept', 'application/json, text/event-stream'],
] as const

export const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'suite', version: '1' } },
})

export const initialized = result(1, {
  protocolVersion: '2025-11-25',
  capabilities: { tools: { listChanged: true } },
  serverInfo: { name: 'notes', version: '1.0.0' },
})

export function call(name: unknown, id: string | number | undefined = 1, params: object = {}): object {
  return {
    jsonrpc: '2.0',
    ...(id !== undefined && { id }),
    method: 'tools/call',
    params: { name, arguments: {}, ...params },
  }
}

/** What `whoami` says to the holder of a token with this scope. */
export function whoami(id: string | number = 1, granted: string = scope) {
  return said(id, `You are somebody with ${clientId} and the scopes ${granted}`)
}
