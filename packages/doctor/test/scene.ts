import type { Outcome, ProbeRequest } from '../src/evidence/exchange.ts'

/** A server with a fault, told by its answers. What is not said is answered 404. */
export interface Scene {
  readonly title: string
  /** Of the MCP URL. Default: `/mcp`. */
  readonly path?: string
  routes(origins: Origins): Routes
}

export interface Origins {
  /** Of the MCP server and, where nothing else is said, its authorization server. */
  readonly here: string
  /** A second server. */
  readonly elsewhere: string
}

/** By `METHOD /path`, at the second server `METHOD elsewhere /path`. */
export type Routes = Readonly<Record<string, Answer>>

export interface Answer {
  /** 201 is a registration: it is made only where one is asked for. */
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** `"{id}"` in it is the id of the request. */
  readonly body?: string
}

export function json(value: unknown, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

/** What the scene answers; `undefined` where no server is. */
export function answerTo(scene: Scene, origins: Origins, request: ProbeRequest): Answer | undefined {
  const { origin, pathname } = new URL(request.url)
  if (origin !== origins.here && origin !== origins.elsewhere) return undefined
  const where = origin === origins.here ? '' : 'elsewhere '
  const routes = scene.routes(origins)
  const answer = routes[`${request.method} ${where}${pathname}`]
  if (answer === undefined && request.method === 'OPTIONS') return optionsOf(routes, `${where}${pathname}`)
  if (answer?.status === 201) return register(request)
  return answer === undefined ? nothing : withId(answer, request.body)
}

/** The same as an outcome, for evidence without a network. */
export function outcomeIn(scene: Scene, origins: Origins, request: ProbeRequest): Outcome {
  const answer = answerTo(scene, origins, request)
  if (answer === undefined) return { kind: 'failure', reason: 'connection_refused', detail: 'Nobody listens' }
  return {
    kind: 'answer',
    status: answer.status,
    headers: Object.entries(answer.headers ?? {}),
    body: answer.body ?? '',
    isWhole: true,
  }
}

const nothing: Answer = { status: 404, headers: { 'content-type': 'text/html' }, body: '<p>Nothing here</p>' }

/** As routers do by themselves. */
function optionsOf(routes: Routes, place: string): Answer {
  const methods = ['GET', 'POST'].filter((method) => (routes[`${method} ${place}`]?.status ?? 404) !== 404)
  return methods.length === 0 ? nothing : { status: 204, headers: { allow: methods.join(', ') } }
}

/** What is no registration is refused, as servers do. */
function register({ headers, body }: ProbeRequest): Answer {
  if (headers['content-type'] !== 'application/json')
    return { status: 400, body: '{"error":"invalid_client_metadata"}' }
  return json({ ...(JSON.parse(body ?? '') as object), client_id: 'registered' }, 201)
}

function withId(answer: Answer, request: string | undefined): Answer {
  if (answer.body?.includes('"{id}"') !== true) return answer
  const { id = null } = JSON.parse(request ?? '{}') as { id?: string | number } // JSON-RPC
  return { ...answer, body: answer.body.replace('"{id}"', JSON.stringify(id)) }
}
