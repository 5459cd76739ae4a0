import { isTooDeep } from './json-depth.ts'
import { readOnce } from './read-once.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** The JSON in an answer, whatever its type says; `undefined` where there is none. */
export const readJson = readOnce(({ outcome }): unknown =>
  outcome.kind === 'answer' ? parseJson(outcome.body) : undefined,
)

/** What is nested without end is not taken for JSON. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function stringIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The strings of a list; `undefined` where there is no list of strings alone. */
export function stringsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
}
