import { OAuthError, parseParameters } from '@portcullis/auth/protocol'
import { isOwnForm } from '../accounts/own-form.ts'
import type { ApiProblem } from './problem-details.ts'
import { mostBytes, textOf } from './read-input.ts'

/** The fields of a form that a page of ours sent, or what is wrong with it; that of another page is not even read. */
export async function readForm(request: Request, origin: string): Promise<ReadonlyMap<string, string> | ApiProblem> {
  const isForm = /^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers.get('content-type') ?? '')
  if (request.method !== 'POST' || !isForm || !isOwnForm(request, origin))
    return { type: 'foreign', detail: `Forms of ${origin} alone are taken.` }
  const text = await textOf(request)
  if (text === undefined) return { type: 'too_long', detail: `A form may have ${mostBytes} bytes.` }
  try {
    return parseParameters(text).single
  } catch (cause) {
    if (cause instanceof OAuthError) return { type: 'malformed', detail: `${cause.message}.` }
    throw cause
  }
}
