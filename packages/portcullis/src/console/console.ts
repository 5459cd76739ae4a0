import type { FetchHandler } from '@portcullis/auth/node'
import { answerApi, apiPagePath, apiPath } from './api.ts'
import { apiPage } from './api-page.ts'
import type { ConsoleContext } from './context.ts'
import { openapiDocument } from './openapi.ts'
import { apiHeaders, problemAnswer } from './problem-details.ts'

/** Whether a path is the console's. */
export function isConsolePath(path: string): boolean {
  return path === '/console' || path.startsWith('/console/')
}

/** The console: for now its HTTP API, with a document and a page that say what it has. It answers at its own hosts alone (law 1). */
export function createConsole(context: ConsoleContext): FetchHandler {
  const { origin, onEvent } = context
  const hosts = [new URL(origin).host, ...context.hosts]
  const toPage = origin + apiPagePath

  async function answer(request: Request, clientAddress: string): Promise<Response> {
    const asked = request.headers.get('host')?.toLowerCase() ?? ''
    if (!hosts.includes(asked)) {
      onEvent({ type: 'host_rejected', host: asked })
      return problemAnswer({ type: 'foreign', detail: 'Nothing is answered at that host.' }, toPage)
    }
    const { pathname } = new URL(request.url)
    if (pathname === apiPath || pathname.startsWith(`${apiPath}/`)) return answerApi(request, context, clientAddress)
    if (request.method !== 'GET' && request.method !== 'HEAD') return problemAnswer(onlyRead, toPage)
    switch (pathname) {
      case '/console':
        return new Response(undefined, { status: 302, headers: { ...apiHeaders, location: apiPagePath } })
      case apiPagePath:
        return apiPage(context)
      case `${apiPagePath}/openapi.json`:
        return Response.json(openapiDocument(origin), { headers: apiHeaders })
      default:
        return problemAnswer({ type: 'not_found', detail: 'The address leads nowhere.' }, toPage)
    }
  }

  return {
    async fetch(request, { clientAddress = 'unknown' } = {}) {
      try {
        return await answer(request, clientAddress)
      } catch (cause) {
        onEvent({ type: 'page_failed', path: new URL(request.url).pathname, cause })
        return problemAnswer({ type: 'failed', detail: 'The fault is ours. The log has it.' }, toPage)
      }
    },
  }
}

const onlyRead = {
  type: 'method_not_allowed' as const,
  detail: 'It is only read.',
  headers: { allow: 'GET, HEAD' },
}
