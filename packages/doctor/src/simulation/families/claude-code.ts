import type { ClientProfile } from '@portcullis/clients'
import { type Exchange, statusOf } from '../../evidence/exchange.ts'
import { olderTransport } from '../../probes/older-transport.ts'
import type { FamilyWalk } from '../family.ts'
import { readReply } from '../steps/first-answer.ts'
import { stringIn } from '../steps/json-document.ts'
import { earlySdk2, earlySdk2RegistrationWords } from '../steps/sdk-2-early.ts'
import { authorize } from '../steps/sdk-authorization.ts'
import { readSdkChallenge } from '../steps/sdk-challenge.ts'
import { discover, findServerMetadata, type SdkDiscoveryRules } from '../steps/sdk-discovery.ts'
import { receive, type SdkTransportWords } from '../steps/sdk-first-request.ts'
import type { SdkServerMetadata } from '../steps/sdk-metadata.ts'
import { Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/**
 * Claude Code 2.1.329, as its bundle and its recordings show it. It dials first, with the SDK that it carries (an earlier 2.x), and says
 * that it needs authentication; the person then signs in (`/mcp`, `claude mcp login`), and it looks for everything anew. Of the challenge
 * only the pointer is remembered till then, not the scope. It does not mind which issuer the metadata names.
 */
export const walkClaudeCode: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const dialled = await dial(client, wire, steps)
  if (hasEnded(dialled)) return dialled

  const curated = await lookAhead(wire, dialled.pointer, steps)
  const discovery = await discover(wire, dialled.pointer, rules, steps)
  if (hasEnded(discovery)) return saidAs(discovery, wire.target)
  const scope = discovery.resource?.scopes?.join(' ') || scopeIn(curated)
  const offlineAccess = client.authorization?.offlineAccess?.value ?? 'if_listed'
  const sdkRules = { scope, offlineAccess, serialisesResource: true, registrationWords: earlySdk2RegistrationWords }
  return saidAs(await authorize(wire, client, discovery, sdkRules, steps), wire.target)
}

interface Dialled {
  /** What is remembered of the challenge when the person signs in. */
  readonly pointer: string | undefined
}

async function dial(client: ClientProfile, wire: Wire, steps: Footprints): Promise<Dialled | Walk> {
  const protocolVersion = client.challenge?.protocolVersion?.value
  const probe = await wire.first('post_discover', { protocolVersion, redirects: 'follow' })
  if (statusOf(probe) === 401) return challenged(probe, wire, steps)
  if (isResult(probe)) {
    steps.at('challenge', probe)
    return steps.end({ kind: 'needs_no_sign_in' })
  }

  // Whatever else is said to the probe is taken for a server of the earlier era.
  if (statusOf(probe) !== undefined) steps.at('challenge', probe)
  const answer = statusOf(probe) === undefined ? probe : await wire.first('post_initialize', { redirects: 'follow' })
  const statuses = client.challenge?.statuses?.value ?? [401, 403]
  const status = statusOf(answer)
  if (status === 404 || status === 405) {
    steps.at('challenge', answer)
    const stream = await wire.first('get', { redirects: 'follow' })
    if (olderTransport(answer, stream) === 'open') return steps.end({ kind: 'needs_no_sign_in' })
    // After a 404 it was seen to stop all the same.
    if (status === 405 && statusOf(stream) === 401) return challenged(stream, wire, steps)
  }
  const received = receive(answer, { statuses, schemes: ['bearer'], words: wordsAt(wire.target) }, steps)
  if (hasEnded(received)) return received
  const isChallenge = statusOf(answer) === 401 || received.error === 'insufficient_scope'
  return isChallenge ? challenged(answer, wire, steps) : { pointer: undefined }
}

/** It goes after the challenge at once; the pointer is remembered with what was found there, so nothing found is nothing remembered. */
async function challenged(answer: Exchange, wire: Wire, steps: Footprints): Promise<Dialled> {
  steps.at('challenge', answer)
  const { pointer } = readSdkChallenge(answer, ['bearer'])
  const discovery = await discover(wire, pointer, rules, steps)
  return { pointer: hasEnded(discovery) ? undefined : pointer }
}

/** Before it signs in it reads the metadata for the scope that stands in it, also where servers of the first MCP revision have it. */
async function lookAhead(
  wire: Wire,
  pointer: string | undefined,
  steps: Footprints,
): Promise<SdkServerMetadata | undefined> {
  const discovery = await discover(wire, pointer, rules, steps)
  if (!hasEnded(discovery) && discovery.metadata !== undefined) return discovery.metadata
  if (new URL(wire.target).pathname === '/') return undefined
  const atPath = await findServerMetadata(wire, wire.target, rules, steps)
  return hasEnded(atPath) ? undefined : atPath
}

/** Fields that no specification has. */
function scopeIn(metadata: SdkServerMetadata | undefined): string | undefined {
  return stringIn(metadata?.document.scope) ?? stringIn(metadata?.document.default_scope)
}

function isResult(answer: Exchange): boolean {
  const status = statusOf(answer)
  return status !== undefined && status >= 200 && status < 300 && readReply(answer).kind === 'result'
}

/** What `claude mcp login` says. */
function saidAs(walk: Walk, target: string): Walk {
  if (walk.end.kind !== 'stops' || walk.end.words === undefined) return walk
  const words = `SDK auth failed: ${shortened(asBunSays(walk.end.words), target)}`
  return { ...walk, end: { ...walk.end, words } }
}

/** On one line, and of the URL that was typed only the origin, since a path may hold a secret. */
function shortened(words: string, target: string): string {
  const { origin, pathname } = new URL(target)
  const line = words.replace(/\s+/g, ' ')
  if (pathname === '/') return line
  return withoutLetterCase(line, target).replaceAll(target, origin).replaceAll(pathname, '[redacted]')
}

/** The same with the URL as it was typed wherever it stands in other letters. */
function withoutLetterCase(line: string, url: string): string {
  const at = line.toLowerCase().indexOf(url.toLowerCase())
  if (at === -1) return line
  const rest = line.slice(at + url.length)
  return `${line.slice(0, at)}${url}${withoutLetterCase(rest, url)}`
}

function asBunSays(words: string): string {
  const [, token] = words.match(/^Unexpected token '(.)', .* is not valid JSON$/s) ?? []
  if (token !== undefined) return `JSON Parse error: Unrecognized token '${token}'`
  return words === 'Unexpected end of JSON input' ? 'JSON Parse error: Unexpected EOF' : words
}

/** What `claude mcp list` says, and the panel of `/mcp`. */
function wordsAt(target: string): SdkTransportWords {
  const failed = (because: string) => `Failed to connect — ${because}`
  return {
    status: (body, status) =>
      status === 404
        ? failed(`MCP endpoint not found at ${new URL(target).origin}. Check the URL in your MCP config.`)
        : failed(`HTTP ${status}: Error POSTing to endpoint: ${body}`),
    redirect: () => '',
    contentType: (value) => failed(`CLIENT_HTTP_UNEXPECTED_CONTENT: Unexpected content type: ${value ?? null}`),
    error: (code, message) => failed(`${code}: ${message}`),
  }
}

const rules: SdkDiscoveryRules = { ...earlySdk2, withoutAnswer: { kind: 'throws' }, comparesIssuer: false }
