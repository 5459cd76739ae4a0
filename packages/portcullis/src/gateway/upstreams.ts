import type { ResolvedGateway } from './config.ts'
import { createHttpUpstream } from './http-upstream.ts'
import { createDetectedUpstream } from './sse/detected-upstream.ts'
import { withOldClients } from './sse/old-clients.ts'
import { createSseUpstream } from './sse/sse-upstream.ts'
import { createStdioUpstream } from './stdio/stdio-upstream.ts'
import type { Upstream } from './upstream.ts'

/** The upstream that is configured, by what it speaks, for clients of every revision. */
export function createUpstream(options: ResolvedGateway): Upstream {
  return withOldClients(upstreamOf(options), options)
}

function upstreamOf(options: ResolvedGateway): Upstream {
  const { upstream, transport, limits, timeouts } = options
  if (upstream instanceof URL) {
    const ofUrl = { ...options, url: upstream }
    if (transport === 'sse') return createSseUpstream(ofUrl)
    return transport === 'auto' ? createDetectedUpstream(ofUrl) : createHttpUpstream(ofUrl)
  }
  return createStdioUpstream({
    ...upstream,
    shown: options.shownUpstream,
    environment: options.environment,
    cwd: upstream.cwd,
    per: upstream.per ?? 'person',
    args: upstream.args ?? [],
    env: upstream.env ?? {},
    room: options.processRoom,
    limits,
    timeouts,
    now: options.now,
    onEvent: options.onEvent,
  })
}
