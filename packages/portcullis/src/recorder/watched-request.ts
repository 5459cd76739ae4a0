import type { ServerResponse } from 'node:http'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import type { AccountEvent } from '../accounts/events.ts'
import { redactTarget, redactText } from '../operations/redact.ts'
import type { RequestContext } from '../operations/request-context.ts'
import { clip, type Step } from './attempt.ts'
import { networkOf } from './network.ts'
import { browserKey, type Observation, requestIn } from './observation.ts'
import type { WhichServer } from './which-server.ts'

/** A request of which something was told that matters, and that is not answered yet. */
export interface WatchedRequest {
  context: RequestContext
  response: ServerResponse
  steps: Step[]
  /** Whom and what its events name. */
  about: About
}

type About = Pick<Observation, 'clientId' | 'grantId' | 'subject' | 'resource' | 'clientName' | 'redirectUris'>

/** Adds what an event of the request names. Never a secret: identifiers and names alone. */
export function addAbout(about: About, event: ConnectionEvent | AccountEvent): void {
  if ('clientId' in event && event.clientId !== undefined) about.clientId = clip(event.clientId, 300)
  if ('grantId' in event && event.grantId !== undefined) about.grantId = event.grantId
  // A subject at an identity provider is nobody here.
  const isOurs = !('identityProvider' in event)
  if (isOurs && 'subject' in event && event.subject !== undefined) about.subject = event.subject
  if ('resource' in event && event.resource !== undefined) about.resource = event.resource
  // Whose name was typed, or whose passkey did not do, is not who sits there.
  const isAttempted = event.type === 'sign_in_refused' || event.type === 'passkey_refused'
  if (!isAttempted && 'accountId' in event && event.accountId !== undefined) about.subject = event.accountId
  if (event.type === 'client_registered') {
    if (event.clientName !== undefined) about.clientName = written(event.clientName)
    about.redirectUris = event.redirectUris.slice(0, 6).map((uri) => written(redactTarget(uri)))
  }
  if (event.type === 'authorization_started') about.redirectUris = [written(redactTarget(event.redirectUri))]
}

/** What an outsider wrote: clients put tokens where they do not belong, and cut off in the middle they would not look like any. */
function written(text: string): string {
  return clip(redactText(text))
}

/** What is remembered of the request now that it is answered, or that its answer has begun and may go on for long. */
export function observationOf(
  { context, response, steps, about }: WatchedRequest,
  { whichServer, now }: { whichServer: WhichServer; now: number },
): Observation {
  const { req, statusCode, headersSent } = response
  const { requestId, at = now, clientAddress: address } = context
  const [path = '/', query = ''] = (req.url ?? '/').split('?', 2)
  const agent = req.headers['user-agent']
  const speaksMcp =
    req.headers['mcp-protocol-version'] !== undefined || (req.headers.accept ?? '').includes('text/event-stream')
  const server = whichServer.of({ path, resource: about.resource })
  const side = !speaksMcp && isForPeople(path) ? 'person' : 'client'
  return {
    at,
    took: Math.max(0, now - at),
    requestId,
    method: clip(req.method ?? '', 20),
    path: written(path),
    status: headersSent ? statusCode : 0,
    side,
    ...(agent !== undefined && { agent: written(agent) }),
    ...(address !== undefined && { address }),
    speaksMcp,
    network: networkOf(address, agent),
    ...(side === 'person' && { browser: browserKey(address, agent), ...named(query) }),
    ...about,
    ...(server !== undefined && { server }),
    steps: steps.map((step) => placed(step, { path, side, whichServer })),
  }
}

/** Anybody can write what they like into the address of a page. */
function named(query: string): Pick<Observation, 'request' | 'clientId'> {
  const { request, clientId } = requestIn(new URLSearchParams(query.slice(0, 16_384)))
  return {
    ...(request !== undefined && { request }),
    ...(clientId !== undefined && { clientId: clip(clientId, 300) }),
  }
}

function isForPeople(path: string): boolean {
  return path === '/authorize' || path === '/device' || path === '/account' || path.startsWith('/account/')
}

/** What was refused because nothing is there tells a search for metadata, or an address that was mistyped. */
function placed(
  step: Step,
  { path, side, whichServer }: { path: string; side: Observation['side']; whichServer: WhichServer },
): Step {
  const isNothing = step.reason === 'not_found' || step.reason === 'method_not_allowed'
  if (step.code !== 'request_refused' || !isNothing || side !== 'client' || whichServer.isMcpPath(path)) return step
  return { code: path.includes('/.well-known/') ? 'metadata_missing' : 'elsewhere' }
}
