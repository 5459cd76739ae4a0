import type { ResolvedGateway } from './config.ts'
import { createHttpUpstream } from './http-upstream.ts'
import { createStdioUpstream } from './stdio/stdio-upstream.ts'
import type { Upstream } from './upstream.ts'

/** The upstream that is configured, by what it speaks. */
export function createUpstream(options: ResolvedGateway): Upstream {
  const { upstream, limits, timeouts } = options
  if (upstream instanceof URL) return createHttpUpstream({ ...options, url: upstream })
  return createStdioUpstream({
    ...upstream,
    shown: options.shownUpstream,
    environment: options.environment,
    cwd: upstream.cwd,
    per: upstream.per ?? 'person',
    args: upstream.args ?? [],
    env: upstream.env ?? {},
    limits,
    timeouts,
    now: options.now,
    onEvent: options.onEvent,
  })
}
