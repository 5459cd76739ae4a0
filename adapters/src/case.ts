import type { Answer, Sent } from './exchange.ts'
import type { Issuer } from './issuer.ts'

/** One request, and the answer that every framework must give, to the byte. */
export interface Case {
  /** Unique. */
  name: string
  group: Group
  sent: (issuer: Issuer) => Sent
  expected: (issuer: Issuer) => Expected
}

export const groups = {
  keys: 'while the keys of the issuer cannot be had',
  credentials: 'every way to show a token, or none',
  tokens: 'every token that is none of ours',
  paths: 'every spelling of the path',
  hosts: 'Host and X-Forwarded-Host',
  origins: 'Origin, and preflights',
  metadata: 'the well-known forms',
  bodies: 'every shape of a body',
  rules: 'what rules say of calls and lists',
  others: 'what is none of its business',
} as const

export type Group = keyof typeof groups

/** What stands in an answer; what is left out may be whatever the framework says. */
export interface Expected {
  status: number | readonly number[]
  /** All that tell something; none else. */
  headers?: Answer['headers']
  /** Headers that must not be there, where the others are the framework's own. */
  without?: readonly string[]
  /** Some that must be there, where the others are the framework's own. */
  with?: Answer['headers']
  body?: string
  /** What must stand in the body, where the rest is the MCP server's own or the framework's, and what must not. */
  holds?: readonly string[]
  lacks?: readonly string[]
  /** What the MCP server says itself, in the words of notes.ts and its SDK. */
  isOfMcpServer?: true
}

/** What differs; `undefined` where the answer is as expected. */
export function differenceOf(expected: Expected, answer: Answer): string | undefined {
  const { status, headers, without = [], body, holds = [], lacks = [] } = expected
  const found: string[] = []
  if (![status].flat().includes(answer.status))
    found.push(`status ${answer.status}, expected ${[status].flat().join(' or ')}`)
  for (const name of new Set([...Object.keys(headers ?? {}), ...(headers ? Object.keys(answer.headers) : [])]))
    if (answer.headers[name] !== headers?.[name])
      found.push(`${name}: ${answer.headers[name] ?? '(none)'}, expected ${headers?.[name] ?? '(none)'}`)
  for (const [name, value] of Object.entries(expected.with ?? {}))
    if (answer.headers[name] !== value) found.push(`${name}: ${answer.headers[name] ?? '(none)'}, expected ${value}`)
  for (const name of without)
    if (answer.headers[name] !== undefined) found.push(`${name}: ${answer.headers[name]}, expected (none)`)
  if (body !== undefined && answer.body !== body)
    found.push(`body ${JSON.stringify(answer.body.slice(0, 300))}, expected ${JSON.stringify(body.slice(0, 300))}`)
  for (const text of holds) if (!answer.body.includes(text)) found.push(`no ${text} in ${answer.body.slice(0, 300)}`)
  for (const text of lacks) if (answer.body.includes(text)) found.push(`${text} in ${answer.body.slice(0, 300)}`)
  return found.length === 0 ? undefined : found.join('; ')
}
