import { currentRequest } from '../operations/request-context.ts'

/** What can come of a request to the API that is not what it asked for (RFC 9457): the name of each, by which its `type` ends. */
export const problemTypes = {
  malformed: { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'Who asks is not known' },
  proof_needed: { status: 401, title: 'Prove anew who you are' },
  forbidden: { status: 403, title: 'The role of whoever asks is not for that' },
  foreign: { status: 403, title: 'The request came from elsewhere' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'That cannot be done with it' },
  conflict: { status: 409, title: 'As things stand, that cannot be done' },
  too_long: { status: 413, title: 'The body is too long' },
  not_json: { status: 415, title: 'The body is not JSON' },
  invalid: { status: 422, title: 'The input cannot stand' },
  too_many: { status: 429, title: 'Too many wrong tokens came from this network' },
  failed: { status: 500, title: 'Something failed on our side' },
  unavailable: { status: 503, title: 'Try again in a moment' },
} as const satisfies Readonly<Record<string, { status: number; title: string }>>

export type ProblemType = keyof typeof problemTypes

export interface ApiProblem {
  type: ProblemType
  /** What is wrong this time, as a sentence. */
  detail: string
  /** What to do about it. Default: nothing. */
  nextStep?: string
  /** What is wrong at which field of the input. Default: nothing. */
  errors?: readonly { field: string; message: string }[]
  headers?: Readonly<Record<string, string>>
}

/** A problem as an answer. `page`: the address of the page that explains the types. */
export function problemAnswer({ type, headers = {}, ...about }: ApiProblem, page: string): Response {
  const { status, title } = problemTypes[type]
  const id = currentRequest()?.requestId
  return new Response(
    JSON.stringify({
      ...{ type: `${page}#${type}`, title, status, ...about },
      ...(id !== undefined && { instance: `urn:portcullis:request:${id}` }),
    }),
    { status, headers: { ...apiHeaders, 'content-type': 'application/problem+json', ...headers } },
  )
}

/** Of every answer of the API. */
export const apiHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}
