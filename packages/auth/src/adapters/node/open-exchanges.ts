import { AsyncResource } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'

/** Breaks an answer off, if it still streams, once `mustEnd` says so, which is asked each second from its second one on: most are done before. */
export function breakOffInTime(res: ServerResponse, mustEnd: () => boolean): void {
  const exchange: OpenExchange = { res, mustEnd, place: open.length, wasSeen: false }
  open.push(exchange)
  res.on('close', () => forget(exchange))
  looking ??= ofNobody.runInAsyncScope(() => setInterval(look, 1000).unref())
}

interface OpenExchange {
  res: ServerResponse
  mustEnd: () => boolean
  /** Where it stands in the list: a Set that changes with every request would keep what it held alive until the next full collection. */
  place: number
  wasSeen: boolean
}

/** Of all guards in this process. */
const open: OpenExchange[] = []
let looking: ReturnType<typeof setInterval> | undefined

// The timer begins with some request, and what comes of it later must not be told as of that one.
const ofNobody = new AsyncResource('portcullis open exchanges')

function look(): void {
  for (const exchange of [...open]) {
    const { res, mustEnd, wasSeen } = exchange
    exchange.wasSeen = true
    if (res.destroyed || res.writableFinished)
      forget(exchange) // some do not tell when they close, as those that tests inject
    // As if the client had left: whoever writes on is prepared for that, and for an answer that ended before its end not.
    else if (wasSeen && res.headersSent && mustEnd()) res.destroy()
  }
  if (open.length > 0) return
  clearInterval(looking)
  looking = undefined
}

function forget(exchange: OpenExchange): void {
  if (open[exchange.place] !== exchange) return
  const last = open.pop()
  if (last === undefined || last === exchange) return
  open[exchange.place] = last
  last.place = exchange.place
}
