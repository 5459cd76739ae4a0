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

/** Answers as `handler` does; a person who asks for what it does not have gets the page that says so. */
export function withPageForNothing(handler: FetchHandler, pages: FetchHandler): FetchHandler {
  return {
    async fetch(request, info) {
      const answer = await handler.fetch(request, info)
      return answer.status === 404 && isForPerson(request) ? pages.fetch(request, info) : answer
    },
  }
}
