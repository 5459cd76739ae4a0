import { setTimeout as wait } from 'node:timers/promises'
import { CouldNotTry } from './attack.ts'
import { type Client, credentialsOf } from './client.ts'
import type { Stage } from './stage.ts'
import { endpointOf } from './target.ts'
import type { WireRequest } from './wire.ts'

/** Whether an access token is taken, asked of whoever can say: the resource, the userinfo endpoint, or introspection. Throws `CouldNotTry` where nobody can. */
export async function isTaken(stage: Stage, accessToken: string, owner: Client): Promise<boolean> {
  const url = await guarded(stage)
  if (url !== undefined) {
    return ![400, 401, 403].includes((await stage.send(probe(stage, url, bearer(accessToken)))).status)
  }
  const introspection = endpointOf(stage.target, 'introspection_endpoint')
  if (introspection !== undefined && owner.method !== 'none') {
    const { headers, parameters } = credentialsOf(owner, stage.target.issuer)
    const body = new URLSearchParams({ ...parameters, token: accessToken })
    const { json } = await stage.send({ method: 'POST', url: introspection, headers, body })
    if (typeof json.active === 'boolean') return json.active
  }
  throw new CouldNotTry('no means', 'nothing here says whether an access token is good: no resource, no userinfo')
}

/** The URL that takes access tokens and nothing else: the resource, or the userinfo endpoint. */
export async function guarded(stage: Stage): Promise<string | undefined> {
  for (const url of [stage.target.resource, endpointOf(stage.target, 'userinfo_endpoint')]) {
    if (url === undefined || !/^https?:/.test(url)) continue
    const answer = await stage.send(probe(stage, url)).catch(() => undefined)
    if (answer?.status === 401) return url
  }
  return undefined
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

/** A request that an MCP server takes, or a userinfo endpoint. */
export function probe({ target }: Stage, url: string, headers: Readonly<Record<string, string>> = {}): WireRequest {
  if (url !== target.resource) return { url, headers }
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  }
}

/** Throws `CouldNotTry` unless the token is taken now: otherwise its refusal later would prove nothing. */
export async function requireTaken(stage: Stage, accessToken: string, owner: Client): Promise<void> {
  if (!(await isTaken(stage, accessToken, owner)))
    throw new CouldNotTry('no means', 'a good access token is not taken where it can be tried')
}

/** Whether the token is taken for longer than what ended may live on. */
export async function livesOn(stage: Stage, accessToken: string, owner: Client): Promise<boolean> {
  const until = performance.now() + stage.patience * 1000
  while (await isTaken(stage, accessToken, owner)) {
    if (performance.now() >= until) return true
    await wait(500)
  }
  return false
}
