import type { Traffic } from '../traffic.ts'

/** Bytes of a page with everything that it loads, before compression. */
const most = 50_000

/** A page is light, and asks nobody but its own origin. */
export async function weightFaults(traffic: Traffic): Promise<string[]> {
  const { origin } = new URL(traffic.document().url())
  const requests = traffic.requests().filter((request) => !request.url().startsWith('data:'))
  const foreign = requests
    .filter((request) => new URL(request.url()).origin !== origin)
    .map((request) => `it asks another origin: ${request.url()}`)
  let bytes = 0
  for (const request of requests) {
    const response = await request.response()
    const isEmpty = response === null || (response.status() >= 300 && response.status() < 400)
    if (!isEmpty) bytes += (await response.body()).length
  }
  return [...foreign, ...(bytes > most ? [`it weighs ${bytes} bytes with all that it loads, more than ${most}`] : [])]
}
