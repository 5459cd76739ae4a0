import { type Exchange, headerOf } from '../evidence/exchange.ts'
import type { Finding } from '../findings/finding.ts'

/** The bytes behind a finding, a line for each exchange: the request, the status, and what of the answer speaks. */
export function seenIn(
  { evidence }: Finding,
  exchanges: readonly Exchange[],
  { most }: { most: number },
): readonly string[] {
  return evidence.slice(0, most).flatMap((id) => {
    const exchange = exchanges.find((candidate) => candidate.id === id)
    return exchange === undefined ? [] : [lineOf(exchange)]
  })
}

function lineOf(exchange: Exchange): string {
  const { request, outcome } = exchange
  const asked = `${request.method} ${request.url}`
  if (outcome.kind === 'failure') return `${asked} → ${outcome.detail}`
  const header = ['www-authenticate', 'location'].find((name) => headerOf(exchange, name) !== undefined)
  const shown = header === undefined ? [] : [`${header}: ${headerOf(exchange, header)}`]
  const type = headerOf(exchange, 'content-type')
  const body = outcome.body.replace(/\s+/g, ' ').trim()
  return [
    `${asked} → ${outcome.status}`,
    ...shown,
    ...(type === undefined ? [] : [type]),
    ...(body === '' ? [] : [cut(body)]),
  ].join(' · ')
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}…` : text
}
