import type { StatusesToGoOn } from '@portcullis/clients'
import { type Exchange, statusOf } from '../../evidence/exchange.ts'

/** Whether a client goes on to the next place after an answer that it could not use. A plain 404 everybody goes on after. */
export function goesOn(answer: Exchange, after: () => StatusesToGoOn): boolean {
  const status = statusOf(answer)
  if (status === 404) return true
  switch (after()) {
    case 'any':
      return true
    case '404':
      return false
    case '4xx':
      return isOfClient(status)
    case '4xx_or_502':
      return isOfClient(status) || status === 502
  }
}

function isOfClient(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500
}
