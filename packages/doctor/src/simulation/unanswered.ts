import type { Step } from '@portcullis/clients'
import { type Exchange, noEvidenceIn } from '../evidence/exchange.ts'
import type { Walk } from './walk.ts'

/** A walk came to an answer that says nothing of the server. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
  readonly exchange: Exchange

  constructor(exchange: Exchange, message: string) {
    super(message)
    this.exchange = exchange
  }
}

/** The exchange itself; throws where it says nothing of the server. */
export function answered(exchange: Exchange): Exchange {
  switch (noEvidenceIn(exchange)) {
    case 'rate_limited':
      throw new Unanswered(exchange, 'The server wanted fewer questions (429): ask again in a minute')
    case 'out_of_time':
      throw new Unanswered(
        exchange,
        'The doctor’s time was over before the server had answered all: --timeout gives it more',
      )
    default:
      return exchange
  }
}

/** The end of a walk that came so far. */
export function endOf({ exchange, message }: Unanswered, target: string): Walk {
  const step = stepAt(exchange.request.url, target)
  const evidence = exchange.id > 0 ? [exchange.id] : []
  return {
    steps: [{ step, evidence }],
    end: { kind: 'cannot_tell', step, why: message, unknown: 'server' },
    caveats: [],
  }
}

function stepAt(url: string, target: string): Step {
  if (url === target) return 'challenge'
  if (url.includes('/.well-known/oauth-protected-resource')) return 'protected_resource_metadata'
  return url.includes('/.well-known/') ? 'authorization_server_metadata' : 'registration'
}
