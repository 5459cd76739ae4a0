import type { ConnectionEvent } from './events.ts'

type RequestRefused = Extract<ConnectionEvent, { type: 'request_refused' }>

// Characters of what an outsider wrote: enough to see what was meant, too few to fill a disk with.
const longestMethod = 20
const longestPath = 300

/** The event of a request that is refused. `path` may be the whole target: a query never stands in an event (law 11). */
export function requestRefused(
  { method, path }: { method: string; path: string },
  refusal: Pick<RequestRefused, 'status' | 'reason' | 'detail'>,
): RequestRefused {
  return {
    type: 'request_refused',
    ...refusal,
    method: method.slice(0, longestMethod),
    path: path.replace(/[?#].*$/s, '').slice(0, longestPath),
  }
}
