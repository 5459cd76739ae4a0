import type { ResolvedGateway } from './config.ts'
import type { Exchange } from './exchange.ts'
import { type Refusal, stopping } from './refusal.ts'
import type { Upstream } from './upstream.ts'
import { idleAnswer } from './upstream-errors.ts'

/** All requests at the upstream. Ends those whose time is over (law 12). */
export interface OpenExchanges {
  add(exchange: Exchange): void
  delete(exchange: Exchange): void
  /** Ends all of a grant. */
  endGrant(grantId: string): void
  /** Ends standing streams, lets the others run for some seconds, and ends them. Resolves when none is left. */
  drain(): Promise<void>
}

type Options = Pick<ResolvedGateway, 'resourceServer' | 'timeouts' | 'now' | 'onEvent'> & {
  upstream: Pick<Upstream, 'endGrants'>
}

export function createOpenExchanges({ resourceServer, timeouts, now, onEvent, upstream }: Options): OpenExchanges {
  // A list in which each knows its place, not a Set: dead tables of a Set that changes with every request keep what they held
  // alive until the next full collection, which cost a third of all requests a second.
  const open: Exchange[] = []
  let unreadableSince: number | undefined
  let onEmpty: (() => void) | undefined

  // Begun here, in the context of no request, lest logs name one for what they say of another.
  const sweeping = setInterval(sweep, timeouts.sweep * 1000)
  sweeping.unref()

  function sweep(): void {
    let mustReadRevocations = false
    for (const exchange of [...open]) {
      const reason = reasonToEnd(exchange)
      if (reason !== undefined) exchange.end(reason)
      else if (exchange.wasSeen) mustReadRevocations = true
      exchange.wasSeen = true
    }
    if (upstream.endGrants(({ unending }) => resourceServer.isOver(unending))) mustReadRevocations = true
    if (mustReadRevocations) readRevocations()
    else unreadableSince = undefined
  }

  function reasonToEnd(exchange: Exchange): Refusal | undefined {
    const { accessToken, unending } = exchange.caller
    // Whether its grant has ended is asked apart from whether it has expired: answers may outlive the one and not the other.
    if (resourceServer.isOver(unending)) return grantEnded
    if (exchange.isStanding && resourceServer.isOver(accessToken)) return tokenExpired
    if (now() >= accessToken.expiresAt + timeouts.streamAfterExpiry) return tokenExpired
    if (unreadableSince !== undefined && now() - unreadableSince > timeouts.revocationGrace)
      return revocationsUnreadable
    return tookTooLong(exchange)
  }

  function tookTooLong(exchange: Exchange): Refusal | undefined {
    switch (exchange.kind) {
      case 'unanswered':
        return undefined // the connection has a timeout for this
      case 'abandoned':
        exchange.abandonedFor += timeouts.sweep
        return exchange.abandonedFor > timeouts.abandoned ? abandoned : undefined
      case 'answer':
        exchange.quietFor += timeouts.sweep
        return exchange.quietFor > timeouts.upstreamIdle ? idleAnswer : undefined
      case 'stream':
        exchange.quietFor += timeouts.sweep
        return exchange.quietFor > timeouts.streamIdle ? idleAnswer : undefined
    }
  }

  /** Never awaited: a feed that hangs must not keep tokens from expiring. */
  function readRevocations(): void {
    const isFirst = unreadableSince === undefined
    unreadableSince ??= now()
    resourceServer.refreshRevocations().then(
      () => {
        unreadableSince = undefined
      },
      (cause: unknown) => {
        if (isFirst) onEvent({ type: 'verification_unavailable', reason: 'revocations', detail: String(cause) })
      },
    )
  }

  return {
    add(exchange) {
      exchange.place = open.push(exchange) - 1
    },
    delete(exchange) {
      const last = open.pop()
      if (last !== undefined && last !== exchange) {
        open[exchange.place] = last
        last.place = exchange.place
      }
      if (open.length === 0) onEmpty?.()
    },
    endGrant(grantId) {
      for (const exchange of [...open]) if (exchange.caller.accessToken.grantId === grantId) exchange.end(grantEnded)
    },
    async drain() {
      for (const exchange of [...open]) if (exchange.isStanding || exchange.kind === 'abandoned') exchange.end(stopping)
      if (open.length > 0) await emptyWithin(timeouts.shutdown)
      for (const exchange of [...open]) exchange.end(stopping)
      clearInterval(sweeping)
    },
  }

  function emptyWithin(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000)
      onEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

const grantEnded: Refusal = {
  status: 403,
  reason: 'grant_ended',
  message: 'The sign-in that this call was made with has ended',
}

const tokenExpired: Refusal = {
  status: 504,
  reason: 'token_expired_meanwhile',
  message: 'The access token expired long before the MCP server answered',
}

const revocationsUnreadable: Refusal = {
  status: 503,
  reason: 'revocations_unreadable',
  message: 'Whether this sign-in still stands cannot be told right now; try again',
  headers: { 'Retry-After': '2' },
}

const abandoned: Refusal = {
  status: 504,
  reason: 'abandoned',
  message: 'The client left long before the MCP server answered',
}
