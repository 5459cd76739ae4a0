/** A request as the fuzzer makes it: names of what the server gave (`«code»`) stand for it, so that it can be made again and read. */
export interface FuzzRequest {
  method: string
  path: string
  query: readonly Parameter[]
  headers: readonly (readonly [name: string, value: string])[]
  body: Body
  /** How it is written on a connection. Other ways than `honest` are for targets that have one. */
  framing: Framing
}

export interface Parameter {
  name: string
  value: string
  encoding: 'percent' | 'raw' | 'twice' | 'broken'
}

export type Body =
  | { kind: 'none' }
  | { kind: 'form'; parameters: readonly Parameter[] }
  | { kind: 'text'; text: string }
  /** Bytes, each as a character up to U+00FF. */
  | { kind: 'bytes'; bytes: string }
  | { kind: 'huge'; length: number; announced: boolean }

export const framings = [
  'honest',
  'chunked',
  'chunked, broken',
  'length too long',
  'length too short',
  'two lengths',
  'length and chunked',
  'no host',
  'two hosts',
  'folded header',
  'bare line feeds',
  'absolute target',
  'HTTP/1.0',
  'HTTP/9.9',
  'nul in a header',
  'long header',
  'many headers',
  'cut off in the head',
  'pipelined',
] as const
export type Framing = (typeof framings)[number]

/** A request as it is sent. */
export interface SentRequest {
  method: string
  /** Path and query. */
  target: string
  headers: readonly (readonly [name: string, value: string])[]
  body: Uint8Array<ArrayBuffer> | undefined
  framing: Framing
}

/** What the server gave: what stands for each name. */
export type Given = Readonly<Record<string, string>>

export function resolve(request: FuzzRequest, given: Given): SentRequest {
  const { method, path, headers, framing } = request
  const named = (text: string) =>
    text.replace(/«(\w+)»/g, (whole, name: string) => (Object.hasOwn(given, name) ? (given[name] ?? '') : whole))
  const query = request.query.map((parameter) => written(parameter, named)).join('&')
  return {
    method,
    target: named(path) + (query === '' ? '' : `?${query}`),
    headers: headers.map(([name, value]) => [name, named(value)]),
    body: bytesOf(request.body, named),
    framing,
  }
}

function bytesOf(body: Body, named: (text: string) => string): Uint8Array<ArrayBuffer> | undefined {
  switch (body.kind) {
    case 'none':
      return undefined
    case 'form':
      return new TextEncoder().encode(body.parameters.map((parameter) => written(parameter, named)).join('&'))
    case 'text':
      return new TextEncoder().encode(named(body.text))
    case 'bytes':
      return Uint8Array.from(body.bytes, (character) => character.charCodeAt(0))
    case 'huge':
      return new Uint8Array(body.length).fill(0x61)
    default:
      return body satisfies never
  }
}

function written({ name, value, encoding }: Parameter, named: (text: string) => string): string {
  const [left, right] = [named(name), named(value)]
  switch (encoding) {
    case 'raw':
      return `${left}=${right}`
    case 'twice':
      return `${percent(left)}=${percent(percent(right))}`
    case 'broken':
      return `${percent(left)}=${percent(right)}%f`
    case 'percent':
      return `${percent(left)}=${percent(right)}`
    default:
      return encoding satisfies never
  }
}

function percent(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
