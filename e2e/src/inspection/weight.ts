import type { Traffic } from '../traffic.ts'

/** Bytes of a page with everything that it loads. */
const most = 50_000

/** A page is light, and asks nobody but its own origin. */
export async function weightFaults(traffic: Traffic): Promise<string[]> {
  const { origin } = new URL(traffic.document().url())
  const requests = traffic.requests().filter((request) => !request.url().startsWith('data:'))
  const foreign = requests
    .filter((request) => new URL(request.url()).origin !== origin)
    .map((request) => `it asks another origin: ${request.url()}`)
  let bytes = 0
  // Events have no end to be waited for.
  const ending = requests.filter((each) => each.failure() === null && each.resourceType() !== 'eventsource')
  for (const request of ending) {
    const { responseBodySize } = await request.sizes()
    bytes += responseBodySize
  }
  return [...foreign, ...(bytes > most ? [`it weighs ${bytes} bytes with all that it loads, more than ${most}`] : [])]
}
