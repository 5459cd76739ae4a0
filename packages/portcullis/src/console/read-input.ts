import * as z from 'zod'
import type { AnyOperation } from '../administration/catalogue.ts'
import type { ApiProblem } from './problem-details.ts'

/** A body may have. */
export const mostBytes = 64 * 1024

/** What a request gives an operation: from its path, and from its query or its JSON. Whether it can stand is not looked at here. */
export async function readInput(
  request: Request,
  operation: AnyOperation,
  named: Readonly<Record<string, string>>,
): Promise<{ input: Record<string, unknown> } | ApiProblem> {
  const hasBody = operation.method === 'POST' || operation.method === 'PUT'
  const given = hasBody ? await bodyOf(request) : queryOf(request, operation)
  if ('type' in given) return given
  const twice = Object.keys(given.input).find((name) => Object.hasOwn(named, name))
  if (twice !== undefined)
    return { type: 'malformed', detail: `"${twice}" stands in the path, and must not stand elsewhere.` }
  return { input: { ...given.input, ...named } }
}

type Given = { input: Record<string, unknown> } | ApiProblem

function queryOf(request: Request, { input }: AnyOperation): Given {
  const { searchParams } = new URL(request.url)
  const names = [...searchParams.keys()]
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) return { type: 'malformed', detail: `"${twice}" stands in the query twice.` }
  const { properties = {} } = z.toJSONSchema(input, { io: 'input' })
  return {
    input: Object.fromEntries(
      [...searchParams].map(([name, text]) => [
        name,
        valueFor(text, Object.hasOwn(properties, name) ? properties[name] : undefined),
      ]),
    ),
  }
}

/** A text as the value that it stands for; what is none stays text, for who says what it must be. */
function valueFor(text: string, schema: unknown): unknown {
  const type = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined
  if (type === 'integer' && /^\d{1,15}$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

async function bodyOf(request: Request): Promise<Given> {
  if (new URL(request.url).search !== '')
    return { type: 'malformed', detail: 'What is asked stands in the body, not in a query.' }
  const text = await textOf(request)
  if (text === undefined) return { type: 'too_long', detail: `It may have ${mostBytes} bytes.` }
  if (text === '') return { input: {} }
  if (!/^application\/json *(;|$)/i.test(request.headers.get('content-type') ?? ''))
    return { type: 'not_json', detail: 'Send it with "Content-Type: application/json".' }
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { input: { ...parsed } }
  } catch {
    // As of what is JSON and no object.
  }
  return { type: 'malformed', detail: 'The body is no JSON object.' }
}

/** The body as text; `undefined` where it is too long, which is seen before all of it is here. */
export async function textOf({ body }: Request): Promise<string | undefined> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
