import { type Exchange, statusOf } from '../../evidence/exchange.ts'

/** Whether an answer has a status of 2xx. */
export function isSuccess(answer: Exchange): boolean {
  const status = statusOf(answer)
  return status !== undefined && status >= 200 && status < 300
}
