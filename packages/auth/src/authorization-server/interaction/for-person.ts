import { OAuthError } from '../../protocol/oauth-error.ts'
import type { ServerContext } from '../context.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { pageFor } from './show-error.ts'

/** Whether a person opened the address in a browser: clients ask for JSON, or do not say what they want. */
function isForPerson({ method, headers }: PlainRequest): boolean {
  const accept = headers.get('accept') ?? ''
  return method === 'GET' && /\btext\/html\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept)
}

/** A refusal that is no endpoint's own, as it is or, for a person, as a page of the same status and headers. */
export async function inFormFor(
  request: PlainRequest,
  refusal: PlainResponse,
  { description, requestId }: { description: string; requestId: string },
  context: Pick<ServerContext, 'options'>,
): Promise<PlainResponse | Response> {
  if (!isForPerson(request)) return refusal
  const nextStep =
    refusal.status >= 500
      ? 'Try again in a minute. If it stays like this, tell whoever runs this server.'
      : 'Go back to the application that you came from and start again. This address is none that you have to open yourself.'
  const page = await pageFor(new OAuthError(codeOf(refusal), description), { nextStep, requestId }, context)
  const headers = new Headers(page.headers)
  for (const name of ['allow', 'retry-after']) {
    const value = refusal.headers[name]
    if (value !== undefined) headers.set(name, value)
  }
  return new Response(page.body, { status: refusal.status, headers })
}

function codeOf({ status }: PlainResponse) {
  if (status >= 500) return 'server_error'
  return status === 403 ? 'access_denied' : 'invalid_request'
}
