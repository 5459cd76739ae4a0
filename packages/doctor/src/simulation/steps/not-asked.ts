import type { Exchange } from '../../evidence/exchange.ts'

/** Why nobody can tell what a client would see here; `undefined` where the evidence has it. */
export function whyUnknown({ request, outcome }: Exchange): string | undefined {
  if (outcome.kind !== 'failure' || outcome.reason !== 'not_asked') return undefined
  return `${request.method} ${request.url} was not asked: ${outcome.detail}`
}
