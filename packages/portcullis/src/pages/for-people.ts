import type { RequestHead } from '@portcullis/auth'
import type { FetchHandler } from '@portcullis/auth/node'

/** Whether a person opened the address in a browser: clients ask for JSON or event streams, or do not say what they want. */
export function isForPerson({ method, headers }: Pick<RequestHead, 'method' | 'headers'>): boolean {
  const accept = headers.get('accept') ?? ''
  return (
    (method === 'GET' || method === 'HEAD') &&
    /\btext\/html\b/i.test(accept) &&
    !/\bapplication\/json\b|\btext\/event-stream\b/i.test(accept)
  )
}

/** Answers as `handler` does, which tells what it refuses; a person who asks for what it does not have gets the page that says so. */
export function withPageForNothing(handler: FetchHandler, pages: FetchHandler): FetchHandler {
  return {
    async fetch(request, info) {
      const answer = await handler.fetch(request, info)
      if (answer.status !== 404 || !isForPerson(request)) return answer
      told.add(request)
      return pages.fetch(request, info)
    },
  }
}

/** Whether it was told already that a request was refused, of which pages say so to a person. */
export function isRefusalTold(request: Request): boolean {
  return told.has(request)
}

const told = new WeakSet<Request>()
