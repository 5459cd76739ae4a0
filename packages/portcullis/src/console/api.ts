import { type AnyOperation, catalogue } from '../administration/catalogue.ts'
import { InvalidInputError, perform } from '../administration/operation.ts'
import { hasRight } from '../administration/rights.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { authenticate, isAdministrator } from './authenticate.ts'
import type { ConsoleContext } from './context.ts'
import { type ApiProblem, apiHeaders, type ProblemType, problemAnswer, problemTypes } from './problem-details.ts'
import { readInput } from './read-input.ts'

export const apiPath = '/console/api/v1'
export const apiPagePath = '/console/api'

/** Answers a request to the HTTP API, whose host was looked at already. Who asks is known before anything else is said. */
export async function answerApi(request: Request, context: ConsoleContext, clientAddress: string): Promise<Response> {
  const problem = await answer(request, context, clientAddress)
  if (problem instanceof Response) return problem
  const { pathname: path } = new URL(request.url)
  const { status } = problemTypes[problem.type]
  if (isTold(problem.type))
    context.onEvent({
      type: 'console_refused',
      status,
      reason: problem.type,
      method: request.method,
      path,
      clientAddress,
    })
  return problemAnswer(problem, context.origin + apiPagePath)
}

async function answer(
  request: Request,
  context: ConsoleContext,
  clientAddress: string,
): Promise<Response | ApiProblem> {
  const { administration, origin } = context
  const from = request.headers.get('origin')
  if (from !== null && from !== origin) return { type: 'foreign', detail: `Pages of ${origin} alone may ask.` }
  const asks = await authenticate(request, context, clientAddress)
  if (!isAdministrator(asks)) return asks
  const found = findOperation(request)
  if ('type' in found) return found
  const given = await readInput(request, found.operation, found.named)
  if ('type' in given) return given
  // A body may be minutes on its way, and what let its sender in may have ended meanwhile.
  const administrator = request.body === null ? asks : await authenticate(request, context, clientAddress)
  if (!isAdministrator(administrator)) return administrator
  try {
    const result = await perform(found.operation, given.input, administrator, administration)
    if (!found.operation.isStream) return json(result, found.operation.status)
    return linesOf(result as AsyncIterable<unknown>, async () => {
      const now = await authenticate(request, context, clientAddress)
      return isAdministrator(now) && hasRight(now.role, found.operation.right)
    }) // what streams resolves to that
  } catch (cause) {
    if (cause instanceof OperatorError) return problemOf(cause)
    throw cause
  }
}

function findOperation(
  request: Request,
): { operation: AnyOperation; named: Readonly<Record<string, string>> } | ApiProblem {
  const path = new URL(request.url).pathname.slice(apiPath.length)
  const fitting = catalogue.flatMap((operation) => {
    const named = namedIn(path, operation.path)
    return named === undefined ? [] : [{ operation, named }]
  })
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const found = fitting.find(({ operation }) => operation.method === method)
  if (found !== undefined) return found
  if (fitting.length === 0) return { type: 'not_found', detail: 'The address leads nowhere.' }
  const allow = [...new Set(fitting.map(({ operation }) => operation.method))].join(', ')
  return { type: 'method_not_allowed', detail: `It takes ${allow}.`, headers: { allow } }
}

/** What stands where the pattern has names in braces; `undefined` where it is another path. What is encoded wrongly is none. */
function namedIn(path: string, pattern: string): Readonly<Record<string, string>> | undefined {
  const [parts, wanted] = [path.split('/'), pattern.split('/')]
  if (parts.length !== wanted.length) return undefined
  const named: Record<string, string> = {}
  for (const [at, want] of wanted.entries()) {
    const part = parts[at] ?? ''
    const [, name] = /^\{(\w+)\}$/.exec(want) ?? []
    if (name === undefined) {
      if (part !== want) return undefined
      continue
    }
    try {
      named[name] = decodeURIComponent(part)
    } catch {
      return undefined
    }
    if (part === '') return undefined
  }
  return named
}

function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { ...apiHeaders, 'content-type': 'application/json' } })
}

/** Lines between two looks whether whoever reads still may. */
const mostUnasked = 100

/** Line by line, as whoever reads it keeps up; it breaks off where they may no more. */
export function linesOf(values: AsyncIterable<unknown>, isStillAllowed: () => Promise<boolean>): Response {
  const iterator = values[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  let count = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next()
      // Whoever reads slowly reads on for as long as they like, what is written meanwhile included.
      count += 1
      if (!done && count % mostUnasked === 0 && !(await isStillAllowed())) {
        await iterator.return?.()
        return controller.error(new Error('Whoever reads may no more'))
      }
      if (done) controller.close()
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`))
    },
    async cancel() {
      await iterator.return?.()
    },
  })
  return new Response(body, { headers: { ...apiHeaders, 'content-type': 'application/x-ndjson' } })
}

function problemOf(error: OperatorError): ApiProblem {
  const { message, nextStep, kind: type } = error
  const errors = error instanceof InvalidInputError ? error.problems : undefined
  return { type, detail: `${message}.`, nextStep, ...(errors !== undefined && { errors }) }
}

/** Whether an operator wants to read of it: who is let in, and who not. */
function isTold(type: ProblemType): boolean {
  return ['unauthorized', 'forbidden', 'foreign', 'too_many'].includes(type)
}
